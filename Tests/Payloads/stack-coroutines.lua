-- The C stack, by coroutines within coroutines.
-- ends: error or value
local function f() return coroutine.wrap(f)() end
pcall(f)
local function g(n) local co = coroutine.create(g) return coroutine.resume(co, n + 1) end
g(0)

-- The C stack, by catching what is caught.
-- ends: error or value
local function f() return pcall(f) end
f()
local function g() return xpcall(g, g) end
g()
local function h() pcall(h) error("again") end
h()

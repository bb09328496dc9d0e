-- Calls without end that take no stack.
-- ends: limit processor time
local function f(n) return f(n + 1) end
f(0)

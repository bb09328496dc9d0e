-- The C stack, by comparisons that sort.
-- ends: error
local function f() table.sort({ 1, 2, 3 }, f) return true end
f()

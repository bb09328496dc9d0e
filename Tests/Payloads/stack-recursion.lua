-- Calls within calls.
-- ends: error or limit memory
local function f() return 1 + f() end
f()

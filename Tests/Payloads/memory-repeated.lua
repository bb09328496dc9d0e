-- A text that is a terabyte long.
-- ends: limit memory or error
local _ = ("x"):rep(1 << 40)

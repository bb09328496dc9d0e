-- The same as the name of a text that is loaded.
-- ends: error
local f = load("error('x')", "@\27[2J\7")
pcall(f)
load("error(...)", "=\27]0;owned\7")("\27[2J")

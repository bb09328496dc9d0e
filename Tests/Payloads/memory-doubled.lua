-- A text that is doubled.
-- ends: limit memory
local s = "x"
while true do s = s .. s end

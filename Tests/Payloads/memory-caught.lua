-- The same, caught, and done again.
-- ends: limit memory
while true do pcall(function() local s = "x" while true do s = s .. s end end) after() end

-- The same, caught.
-- ends: limit output
while true do pcall(function() while true do print("x") end end) pcall(after) end

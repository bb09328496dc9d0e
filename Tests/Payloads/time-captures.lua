-- Patterns of as many captures as there may be.
-- ends: limit processor time
local p = ("(a-)"):rep(32) .. "b"
while true do pcall(string.find, ("a"):rep(500), p) end

-- A plain search that nearly finds it at each place.
-- ends: limit processor time
local hay, needle = ("a"):rep(1 << 22), ("a"):rep(1 << 21) .. "b"
while true do hay:find(needle, 1, true) end

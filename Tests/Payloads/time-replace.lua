-- A replacement at each place, of each replacement.
-- ends: limit processor time or limit memory
local s = ("x"):rep(1000)
while true do s = s:gsub("x", "xx"):sub(1, 1 << 20) end

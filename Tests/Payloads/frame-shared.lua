-- A table that is in another one more often than can be counted.
-- ends: limit values in a frame or limit frame size or error
local t = {}
for i = 1, 12 do t = { t, t, t, t, t, t, t, t } end
host.machine.get{ tree = t }

-- More values than a frame may have.
-- ends: limit values in a frame or limit frame size
local t = {}
for i = 1, 300000 do t[i] = i end
host.machine.get{ list = t }

-- Modules that are not there are wanted without end.
-- ends: limit host calls or limit processor time
while true do pcall(require, "alpod.nothing") end

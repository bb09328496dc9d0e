-- A table within itself.
-- ends: error
local t = {}
t.t = t
t[1] = t
host.machine.get(t)

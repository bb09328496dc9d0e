-- Tables within tables, deeper than any stack.
-- ends: error
local t = {}
for i = 1, 180000 do t = { t } end
host.machine.get(t)

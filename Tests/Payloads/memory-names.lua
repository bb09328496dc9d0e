-- Parts of the host, one for each name.
-- ends: limit memory
local all = {}
for i = 1, math.maxinteger do all[i] = host["a" .. i] end

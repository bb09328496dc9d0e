-- A table with few keys, far from each other.
-- ends: limit memory
local t = {}
for i = 1, math.maxinteger do t[i * 0x10001] = i t[-i] = i + 0.5 end

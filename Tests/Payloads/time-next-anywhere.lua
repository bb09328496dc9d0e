-- The step after a key that is not there, or is anything.
-- ends: limit processor time or value
local t = {}
for i = 1, 50000 do t[i * 1.5] = i t["x" .. i] = i t[{}] = i end
for i = 1, 200 do pcall(next, t, i) pcall(next, t, {}) pcall(next, t, 0 / 0) for _ in next, t do end end

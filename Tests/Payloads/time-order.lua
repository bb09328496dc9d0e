-- A loop over a table that becomes another one with each step.
-- ends: limit processor time or limit memory or error or value
local t = {}
for i = 1, 20000 do t["k" .. i] = i end
for round = 1, math.maxinteger do
  for key in pairs(t) do t[key] = nil t["n" .. round .. key:sub(1, 20)] = 1 end
end

-- A loop that is counted, as far as numbers go.
-- ends: limit processor time
for i = math.mininteger, math.maxinteger do end

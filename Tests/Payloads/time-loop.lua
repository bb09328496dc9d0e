-- A loop without end.
-- ends: limit processor time
while true do end

-- More values than there is room for, again and again.
-- ends: limit processor time
while true do pcall(table.unpack, {}, 1, 9e5) pcall(table.unpack, {}, math.mininteger, math.maxinteger) end

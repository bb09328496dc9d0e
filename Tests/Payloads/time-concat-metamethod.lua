-- A value that stays what it is, whatever is put to it.
-- ends: limit processor time
local t = setmetatable({}, { __concat = function(a) return a end })
while true do t = t .. t .. t end

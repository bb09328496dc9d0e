-- A list whose order never settles.
-- ends: limit processor time or error
local t = setmetatable({}, { __len = function() return (1 << 31) - 2 end, __index = function(_, i) return i end, __newindex = function() end })
table.sort(t, function(a, b) return a < b end)
while true do pcall(table.sort, { 3, 1, 2, 5, 4 }, function() return true end) end

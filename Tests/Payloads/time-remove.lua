-- A table that lies about its length, and gives something for every index.
-- ends: limit processor time
local t = setmetatable({}, { __len = function() return 1 << 60 end, __index = function() return 1 end, __newindex = function() end })
table.remove(t, 1)

-- A table that lies about its length, inserted into.
-- ends: limit processor time
table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, "x")

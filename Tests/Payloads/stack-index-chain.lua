-- Tables that look into tables, farther than Lua goes.
-- ends: error
local t = {}
for i = 1, 100000 do t = setmetatable({}, { __index = t }) end
local _ = t.x

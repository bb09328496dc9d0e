-- Fields that ask for fields.
-- ends: error
local t = setmetatable({}, { __index = function(t, k) return t[k .. "x"] end })
local _ = t.x

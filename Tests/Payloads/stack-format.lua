-- The same by formats.
-- ends: error
local t = setmetatable({}, {})
getmetatable(t).__tostring = function(x) return ("%s"):format(x) end
local _ = ("%s"):format(t)

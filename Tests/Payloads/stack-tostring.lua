-- The C stack, by texts that ask for texts.
-- ends: error
local t = setmetatable({}, {})
getmetatable(t).__tostring = function(x) return tostring(x) end
tostring(t)

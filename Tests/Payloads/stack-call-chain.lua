-- Values that are called by what is called in their place.
-- ends: error or value
local t = function() end
for i = 1, 100000 do t = setmetatable({}, { __call = t }) end
t()

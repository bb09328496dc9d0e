-- What setup returns has no end.
-- ends: error
local t = {}
t[1] = t
return t

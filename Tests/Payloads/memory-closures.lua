-- Functions that hold on to each other.
-- ends: limit memory
local f = function() end
while true do local g = f f = function() return g, f end end

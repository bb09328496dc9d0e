-- A text that is never ready, asked for by the host's own functions.
-- ends: limit processor time
print(setmetatable({}, { __tostring = function() while true do end end }))

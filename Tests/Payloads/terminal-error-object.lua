-- The same as the text of an error that is an object.
-- ends: error
error(setmetatable({}, { __tostring = function() return "\27[2J\27]52;c;aGVsbG8=\7" end }))

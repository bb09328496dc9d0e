-- A variable that does not end being closed.
-- ends: limit processor time
do local guard <close> = setmetatable({}, { __close = function() while true do end end }) end
after()

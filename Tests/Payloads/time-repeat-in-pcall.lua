-- Loops without end that are caught again and again.
-- ends: limit processor time
while true do pcall(function() while true do end end) after() end

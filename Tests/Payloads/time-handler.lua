-- A message handler that does not end, where hooks are off.
-- ends: limit processor time
xpcall(error, function() while true do end end)
after()

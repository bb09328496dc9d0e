-- A message handler that waits for the error that ends the script.
-- ends: limit processor time
xpcall(function() while true do end end, function() after() while true do end end)
after()

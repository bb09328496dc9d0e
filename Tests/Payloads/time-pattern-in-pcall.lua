-- The same where hooks are off: in a handler.
-- ends: limit processor time
xpcall(error, function() return ("a"):rep(1000):find(("a-"):rep(100) .. "b") end)
after()

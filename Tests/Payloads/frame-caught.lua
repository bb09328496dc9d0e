-- The same, caught.
-- ends: limit frame size
pcall(function() host.machine.get{ text = ("x"):rep(1 << 22) } end)
after()

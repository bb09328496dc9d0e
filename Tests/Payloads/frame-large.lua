-- A value that no frame holds.
-- ends: limit frame size
host.machine.get{ text = ("x"):rep(1 << 22) }

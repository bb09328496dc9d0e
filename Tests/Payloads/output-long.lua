-- One line that is too long for all that may be said.
-- ends: limit output or limit frame size
print(("x"):rep(1 << 22))

-- What setup returns is larger than any frame.
-- ends: limit frame size
return ("x"):rep(1 << 22)

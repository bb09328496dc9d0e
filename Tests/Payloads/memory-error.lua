-- An error that is larger than any frame.
-- ends: error or limit memory
error(("x"):rep(50000000))

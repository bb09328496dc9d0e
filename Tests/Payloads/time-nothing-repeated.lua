-- Nothing, repeated four quintillion times.
-- ends: limit processor time or value or error
for i = 1, 1e6 do local _ = (""):rep(1 << 62) end

-- Texts that are filled up to a length.
-- ends: limit memory or error
pcall(string.packsize, "c" .. math.maxinteger)
pcall(string.pack, "c99999999999999999999", "x")
local _ = string.pack("c2147483647", "x")
_ = string.pack("c" .. math.maxinteger, "x")

-- Texts whose characters are counted.
-- ends: limit processor time
local s = ("é"):rep(1 << 20)
while true do utf8.len(s) for _ in utf8.codes(s) do end end

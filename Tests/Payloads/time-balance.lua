-- Brackets that are never closed.
-- ends: limit processor time
local open = ("("):rep(1 << 21)
while true do open:find("%b()") end

-- A coroutine that comes back each time, and is sent on.
-- ends: limit processor time
local co = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do co() end

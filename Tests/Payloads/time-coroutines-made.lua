-- Coroutines that are made, and never run for long.
-- ends: limit processor time
while true do local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) coroutine.close(co) end

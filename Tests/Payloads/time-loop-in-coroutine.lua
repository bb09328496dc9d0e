-- A loop in a coroutine in a coroutine.
-- ends: limit processor time
coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()

-- The kill reaches a coroutine; whoever resumed it wants to go on.
-- ends: limit processor time
local co = coroutine.create(function() while true do end end)
coroutine.resume(co)
after()

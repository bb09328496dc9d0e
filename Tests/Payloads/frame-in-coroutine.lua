-- Calls of the host from coroutines within coroutines, and errors among them.
-- ends: value
local function nested(n)
  if n == 0 then return host.machine.get() end
  return coroutine.wrap(function() return nested(n - 1) end)()
end
for depth = 0, 20 do pcall(nested, depth) end
for i = 1, 20 do
  local co = coroutine.create(function() pcall(host.machine.get, { i = function() end }) host.machine.get() coroutine.yield() end)
  coroutine.resume(co)
end

-- Coroutines whose variables close the next coroutine: a fault of Lua before 5.4.5.
-- ends: error or value
local function chain(n)
  local inner = n > 0 and chain(n - 1)
  local co = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() if inner then coroutine.close(inner) end end })
    coroutine.yield()
  end)
  coroutine.resume(co)
  return co
end
coroutine.close(chain(150))
local last
for i = 1, 50000 do
  local inner = last
  last = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() if inner then coroutine.close(inner) end end })
    coroutine.yield()
  end)
  coroutine.resume(last)
end
coroutine.close(last)

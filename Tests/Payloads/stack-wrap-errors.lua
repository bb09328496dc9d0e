-- Coroutines that end with an error while others are closed because of it.
-- ends: value or error
local function chain(n)
  return coroutine.wrap(function()
    local guard <close> = setmetatable({}, { __close = function() if n > 0 then chain(n - 1)() end end })
    error("again")
  end)
end
pcall(chain(100000))

-- All of it in one: caught, handled, closed, in coroutines of coroutines.
-- ends: limit processor time
local function layer(n)
  local guard <close> = setmetatable({}, { __close = function() if n < 5 then after() end end })
  local ok = xpcall(function()
    if n == 0 then while true do end end
    return coroutine.wrap(layer)(n - 1)
  end, function(e) return e end)
  after()
end
while true do pcall(layer, 10) end

-- The same, closed by an error in a coroutine that is wrapped.
-- ends: limit processor time
pcall(coroutine.wrap(function()
  local guard <close> = setmetatable({}, { __close = function() while true do end end })
  error("out")
end))
after()

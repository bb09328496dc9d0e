-- An error whose text cannot be had without leaving the handler.
-- ends: error
coroutine.wrap(function()
  error(setmetatable({}, { __tostring = function() coroutine.yield("out") return "in" end }))
end)()

-- Variables that are closed when a coroutine is, which nobody does.
-- ends: value
for i = 1, 100 do
  local co = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() after() end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
for i = 1, 1e5 do local _ = { i } end

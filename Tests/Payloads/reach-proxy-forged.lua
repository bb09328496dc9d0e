-- Parts of the host called as what they are not, and with others in their place.
-- ends: value
local attempts = {
  function() host() end, function() host{} end, function() host.machine() end, function() host.machine:get() end,
  function() host.machine.get(host) end, function() host.machine.get(host.machine) end, function() host.machine.get(print) end,
  function() host.machine.get(coroutine.create(print)) end, function() host.__call(host) end,
  function() host.machine.__index() end, function() host.machine.get.name() end, function() host[1]() end,
  function() host[host]() end, function() host[nil]() end, function() host[true]() end, function() host[0 / 0]() end,
}
for _, attempt in ipairs(attempts) do
  local ok, got = pcall(attempt)
  if ok and got ~= nil then found("an answer that nobody gave") end
end

-- Coroutines that do to themselves and each other what they may not.
-- ends: value
local co
co = coroutine.create(function()
  pcall(coroutine.resume, co) pcall(coroutine.close, co) pcall(coroutine.close, coroutine.running())
  local other = coroutine.create(function() pcall(coroutine.close, co) pcall(coroutine.resume, co) end)
  coroutine.resume(other)
  coroutine.resume(other)
  pcall(coroutine.close, other)
end)
coroutine.resume(co)
pcall(coroutine.yield)
pcall(coroutine.close, coroutine.running())
pcall(coroutine.wrap, 1) pcall(coroutine.resume, 1) pcall(coroutine.status)
table.sort({ 3, 2, 1 }, function(a, b) pcall(coroutine.yield) return a < b end)
pcall(function() ("x"):gsub("x", function() coroutine.yield() end) end)
local many = coroutine.create(function(...) return coroutine.yield(...) end)
pcall(coroutine.resume, many, table.unpack({}, 1, 200000))
pcall(coroutine.resume, many, table.unpack({}, 1, 200000))

-- Errors that are parts of the host, functions, coroutines and nothing.
-- ends: error
for _, value in ipairs{ host, host.machine, print, coroutine.create(print), 1.5, true } do
  local ok, got = pcall(error, value)
  if ok or got ~= value then found("another error than was raised") end
end
pcall(error)
error(host)

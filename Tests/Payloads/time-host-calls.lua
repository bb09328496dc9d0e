-- The host is asked the same without end.
-- ends: limit host calls or limit processor time
while true do pcall(function() return host.machine.get() end) end

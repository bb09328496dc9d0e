-- Variables whose closing raises, which closes others.
-- ends: error or limit memory
local function f(n)
  local guard <close> = setmetatable({}, { __close = function() f(n + 1) end })
  error("out " .. n)
end
f(1)

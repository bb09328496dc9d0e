-- What the host's own functions hold.
-- ends: value
for _, f in ipairs{ load, require, pairs, math.randomseed, coroutine.wrap(function() end) } do
  local ok, text = pcall(f, setmetatable({}, { __index = error, __name = "probe" }))
  if not ok and tostring(text):find("upvalue") then found(tostring(text)) end
end
local ok, text = pcall(function() local x = load local y = x.a.b end)
if not ok and text:find("/home") then found(text) end

-- Arithmetic, comparison and length that lead to themselves.
-- ends: value
local t = setmetatable({}, {})
local m = getmetatable(t)
m.__add = function(a, b) return a + b end
m.__eq = function(a, b) return a == setmetatable({}, m) end
m.__lt = function(a, b) return a < b end
m.__len = function(a) return #a end
m.__unm = function(a) return -a end
m.__concat = function(a, b) return a .. b end
m.__newindex = function(t, k, v) t[k] = v end
for _, f in ipairs{ function() return t + 1 end, function() return t == setmetatable({}, m) end, function() return t < t end,
  function() return #t end, function() return -t end, function() return t .. t end, function() t.x = 1 end } do
  if pcall(f) then found("an end of what has none") end
end

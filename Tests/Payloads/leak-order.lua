-- The order of keys says where they lie.
-- ends: value
local keys, t = {}, {}
for i = 1, 500 do keys[i] = i % 3 == 0 and function() return i end or i % 3 == 1 and {} or coroutine.create(print) end
for i = 500, 1, -1 do t[keys[i]] = i end
local last = 0
for _, i in pairs(t) do
  if i < last then found("an order that is not that of making") return end
  last = i
end

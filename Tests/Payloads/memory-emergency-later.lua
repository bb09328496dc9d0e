-- The same, where the mode comes after the metatable.
-- ends: limit memory or limit processor time or value or died
local mt = {}
local outer = setmetatable({}, { __newindex = setmetatable({}, mt) })
for i = 1, 1e7 do
  mt.__mode = i % 2 == 0 and "v" or nil
  outer["k" .. i] = setmetatable({}, { __mode = "k" })
end

-- Tables that grow while the collector may take their keys: a fault of Lua before 5.4.8.
-- ends: limit memory or limit processor time or value or died
local weak = setmetatable({}, { __mode = "kv", __newindex = function(t, k, v) rawset(t, k, v) end })
for i = 1, 1e7 do weak[{}] = { i } weak[i] = ("x"):rep(i % 1000) end

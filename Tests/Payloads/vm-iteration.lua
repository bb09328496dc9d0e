-- Tables that change while they are gone through.
-- ends: value
local t = {}
for i = 1, 100 do t[i] = i t["k" .. i] = i end
for k in pairs(t) do t[k] = nil end
for i = 1, 100 do t[i] = i end
pcall(function() for k in pairs(t) do t[k] = nil t["new" .. tostring(k)] = 1 if #tostring(k) > 200 then break end end end)
pcall(next, {}, 1) pcall(next, {}, 0 / 0) pcall(next, {}, {})
local step, state = pairs({ 1, 2, 3 })
step(state) pcall(step, {}, 2) pcall(step) pcall(step, nil, nil)
local nested = coroutine.wrap(function() for k in pairs({ a = 1, b = 2 }) do coroutine.yield(k) end end)
for k in pairs({ c = 1, d = 2 }) do nested() end

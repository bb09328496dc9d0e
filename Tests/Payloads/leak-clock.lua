-- There is no clock: nothing says what time it is.
-- ends: value
local a, b = {}, {}
for _, list in ipairs{ a, b } do
  for name, value in pairs(_G) do list[#list + 1] = name .. tostring(value) end
  for i = 1, 10000 do local _ = {} end
end
if table.concat(a) ~= table.concat(b) then found("something that changes by itself") end

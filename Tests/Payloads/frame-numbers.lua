-- Numbers that are none, or that no machine has.
-- ends: value
for _, value in ipairs{ 0 / 0, math.huge, -math.huge, 1e300, -1e300, 5e-324, math.maxinteger, math.mininteger, 2 ^ 53, 2 ^ 63, -0.0 } do
  pcall(host.machine.get, value)
  pcall(host.machine.get, { number = value, [1] = value })
end

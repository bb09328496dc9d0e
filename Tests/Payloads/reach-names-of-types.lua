-- Objects that pose as something else by the name of their type.
-- ends: value
for _, name in ipairs{ "host", "string", "\27[31m", ("x"):rep(1000), "" } do
  local posing = setmetatable({}, { __name = name, __metatable = "none" })
  pcall(string.rep, posing) pcall(host.machine.get, posing) pcall(ipairs, posing) pcall(math.floor, posing)
  local _ = tostring(posing), ("%s"):format(posing)
  if type(posing) ~= "table" then found("another type") end
end

-- What the host hands out is looked into, changed, and given another nature.
-- ends: value
for _, part in ipairs{ host, host.machine, host.machine.get } do
  if getmetatable(part) then found("a metatable of the host") end
  for name, attempt in pairs{
    setmetatable = function() setmetatable(part, {}) end, rawset = function() rawset(part, "x", 1) end,
    rawget = function() rawget(part, "x") end, rawlen = function() rawlen(part) end, next = function() next(part) end,
    assignment = function() part.x = 1 end, length = function() return #part end, sum = function() return part + 1 end,
    pairs = function() for _ in pairs(part) do end end, ipairs = function() return ipairs(part)(part, 0) and error() end,
    order = function() return part < part end, concat = function() return part .. "" end,
    close = function() local x <close> = part end, unpack = function() table.unpack(part, 1, 3) end,
    sort = function() table.sort(part) end, insert = function() table.insert(part, 1) end,
  } do
    if pcall(attempt) and name ~= "ipairs" then found(name .. " of the host") end
  end
end
if host.machine ~= host.machine then found("another part each time") end

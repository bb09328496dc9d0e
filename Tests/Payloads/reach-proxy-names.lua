-- Names of calls that are long, deep, or more than a name.
-- ends: value
local function attempt(f) local ok, got = pcall(f) if ok and got ~= nil then found(tostring(got)) end end
for _, name in ipairs{ "", " ", ".", "a.b", "a\0b", "a\nb", "\27[2J", "é", "\xff\xfe", "1a", "a-b", ("a"):rep(64), ("a"):rep(1 << 20) } do
  attempt(function() host[name]() end)
  attempt(function() host.machine[name]{} end)
end
local part = host
for i = 1, 10000 do
  local ok, inner = pcall(function() return part.a end)
  if not ok then break end
  part = inner
end
attempt(function() part() end)

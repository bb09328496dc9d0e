-- Bytes that nobody has written.
-- ends: value
for i = 1, 200 do
  local junk = ("secret"):rep(i) .. i
  local packed = string.pack("!8 i1 Xi8 i1 !16 i2 Xi16", 1, 2, 3)
  if packed:gsub("[\0\1\2\3]", "") ~= "" then found("bytes of packing") end
end
for i = 1, 50 do
  local t = table.pack(table.unpack({}, 1, i))
  for k, v in pairs(t) do if k ~= "n" then found("a slot of a table") end end
end
if (("x"):rep(3, "\0")) ~= "x\0x\0x" then found("a text that is another") end

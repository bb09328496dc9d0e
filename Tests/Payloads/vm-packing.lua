-- Formats of bytes that are larger than any, and places that are nowhere.
-- ends: value
for _, form in ipairs{ "i17", "i0", "i16", "!17i1", "!3", "s17", "s1", "s8", "z", "x", "Xi8", "X", "Xz", "!16Xi16", "j", "n", "f", "d", "<>=!", ("i16"):rep(1000),
"!1000000000", "s4" } do
  pcall(string.packsize, form)
  for _, value in ipairs{ 1, -1, "x", ("x"):rep(300), 0 / 0, math.mininteger } do pcall(string.pack, form, value) end
  for _, place in ipairs{ 1, 0, -1, -4, 5, 100, math.maxinteger, math.mininteger } do
    pcall(string.unpack, form, "\255\255\255\255\255\255\255\255", place)
    pcall(string.unpack, form, "", place)
  end
end

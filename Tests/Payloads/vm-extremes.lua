-- Numbers at their ends, given to every function that counts with them.
-- ends: value
local numbers = { math.mininteger, math.mininteger + 1, -(1 << 32), -(1 << 31), -1, 0, 1, 2, 255, 256, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 53,
  math.maxinteger - 1, math.maxinteger, 0 / 0, math.huge, -math.huge, 1e308, -0.0, 0.5 }
local functions = { string.byte, string.sub, string.find, utf8.offset, utf8.codepoint, utf8.len, string.unpack and function(s, a) return string.unpack("i4", s, a) end,
  function(_, a, b) return select(a, b) end, function(_, a, b) return table.unpack({}, a, b < a + 100 and b or a) end,
  function(_, a, b) return math.random(a, b) end, function(_, a, b) return a // b, a % b, a << b, a >> b end, function(_, a) return utf8.char(a) end,
  function(_, a) return string.char(a) end, function(_, a, b) return math.fmod(a, b), math.ult(a, b), math.tointeger(a) end,
  function(_, a, b) return tonumber("zz", a), tostring(a), ("%d"):format(b) end, function(_, a, b) return ("%5.3f %g %a"):format(a, b, a) end,
  function(_, a) return table.insert({ 1, 2 }, a, 1) end, function(_, a) return table.remove({ 1, 2 }, a) end,
  function(_, a, b) return table.concat({ 1, 2 }, ",", a, b < a + 100 and b or a) end, function(_, a) return math.randomseed(a, a) end,
  function(_, a, b) for i = a, a, b do break end end, function(_, a) return error("x", a) end }
for _, f in ipairs(functions) do
  for _, a in ipairs(numbers) do for _, b in ipairs(numbers) do pcall(f, "some text \xe2\x82\xac", a, b) end end
end

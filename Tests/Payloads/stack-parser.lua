-- Texts that nest as deep as they are long.
-- ends: value
for _, pair in ipairs{ { "(", ")" }, { "{", "}" }, { "do ", " end" }, { "function() return ", " end" }, { "-", "" }, { "not ", "" },
  { "a[", "]" }, { "f(", ")" }, { "if x then ", " end" }, { "a.", "" }, { "'x'..", "" }, { "2^", "" }, { "while x do ", " end" } } do
  for _, count in ipairs{ 150, 10000, 100000 } do
    pcall(load, "return " .. pair[1]:rep(count) .. "1" .. pair[2]:rep(count))
    pcall(load, pair[1]:rep(count))
  end
end

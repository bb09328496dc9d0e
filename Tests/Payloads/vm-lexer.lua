-- Texts that end where they may not.
-- ends: value
for _, text in ipairs{ "[[", "[==[", "--[[", "--[==[ ]=]", "'", "\"\\", "'\\x", "'\\u{", "'\\u{7fffffffff}'", "'\\999'", "0x", "0x1p", "1e", "1..", "3..2",
  "'\\z", "\0", "return '\0'", "\xff", "::a", "goto", "~", "//", "local x <", "local x <close", "return ...", "break", ("x"):rep(1 << 19),
  "'" .. ("\\z "):rep(1000), ("'x'"):rep(1000), "return 0x" .. ("f"):rep(1000), "return " .. ("9"):rep(1000) .. "." .. ("9"):rep(1000) } do
  local f = load(text)
  if f then pcall(f) end
end

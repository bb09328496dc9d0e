-- Patterns that are broken off, or name what there is not.
-- ends: value or limit processor time
for _, pattern in ipairs{ "%", "[", "[%", "[a-", "[]", "[^]", "(", ")", "%1", "%9", "()%1", "%f", "%f[", "%b", "%bx", "(()", "%g%", ("("):rep(33), ("()"):rep(33), "[[:alpha:]]", "^*",
  "a**", "%z", "\0", "[\0-\255]", "%f[\0]", ("a?"):rep(300) .. ("a"):rep(300) } do
  for _, text in ipairs{ "", "a", "\0", "aaa", ("a"):rep(300), "(x(y)z" } do
    pcall(string.find, text, pattern) pcall(string.gsub, text, pattern, "%1") pcall(string.gsub, text, pattern, "%0%9") pcall(string.match, text, pattern, -1)
    pcall(function() for _ in text:gmatch(pattern) do end end)
  end
end

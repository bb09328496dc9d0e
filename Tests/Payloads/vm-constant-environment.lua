-- An environment that is a constant: CVE-2022-28805.
-- ends: value
for _, text in ipairs{ "local _ENV <const> = 'x' return a + 1", "local _ENV <const> = 1 a = 2", "local _ENV <const> = nil return a.b.c",
  "local a <const> = 1 local _ENV <const> = a return b()", "local _ENV <const> = function() end x = y[z]" } do
  local f = load(text)
  if f then pcall(f) end
end

-- Formats that are longer, wider or other than there are.
-- ends: value
for _, form in ipairs{ "%", "%%", "%1000d", "%.1000f", "%" .. ("0"):rep(1000) .. "d", "%-+ #0d", "%s", "%q", "%c", "%i", "%p", "%n", "%hhn", "%ld", "%*d",
  "%99.99f", "%99s", "%.99s", "%5$s", "%a", "%u", "%\0", "%99.99q", "\0%s\0" } do
  for _, value in ipairs{ 1, -1, 1e308, 0 / 0, "x", ("x"):rep(1000), "a\0b", {}, print, host } do pcall(string.format, form, value) pcall(string.format, form) end
end
if pcall(string.format, "%p", {}) then found("an address") end

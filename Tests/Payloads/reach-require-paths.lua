-- Names of modules that are paths, or are taken for something else than names.
-- ends: value
for _, name in ipairs{ "", ".", "..", "../x", "/etc/passwd", "etc.passwd", "alpod.", "alpod..x", "alpod/../x",
  "alpod.../plugins/rootless", "plugin:", "plugin:..", "plugin:../../etc/passwd", "plugin:/etc/passwd", "plugin:attack",
  "a\0b", "alpod\0", "\27[2J", "x\nplugin:y", ("x"):rep(10000) } do
  local ok = pcall(require, name)
  if ok then found("require of " .. ("%q"):format(name:sub(1, 40))) end
end
if pcall(require) then found("require of nothing") end
if pcall(require, {}) then found("require of a table") end

-- Libraries that the interpreter may have opened for itself.
-- ends: value
for _, name in ipairs{ "_G", "string", "table", "math", "utf8", "coroutine", "io", "os", "debug", "package", "_LOADED" } do
  local ok, got = pcall(require, name)
  if ok then found("require of " .. name .. " gave a " .. type(got)) end
end

-- What reads files, starts programs, or looks into the interpreter.
-- ends: value
for _, name in ipairs{ "io", "os", "debug", "package", "dofile", "loadfile", "loadstring", "module", "collectgarbage",
  "warn", "setfenv", "getfenv", "newproxy", "jit", "ffi", "bit", "arg", "posix" } do
  if _G[name] ~= nil or rawget(_ENV, name) ~= nil then found(name) end
  local f = load("return " .. name)
  if f and f() ~= nil then found(name .. " by load") end
end

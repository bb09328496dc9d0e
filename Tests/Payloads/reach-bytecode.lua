-- Compiled Lua, which can do anything to the process that loads it.
-- ends: value
for _, mode in ipairs{ "b", "bt", "t", "tb" } do
  for _, text in ipairs{ "\27Lua", "\27LuaT\0\25\147\r\n\26\n\4\8\8", "\27" } do
    local f = load(text, "x", mode)
    if f then found("bytecode, mode " .. mode) end
  end
end
if string.dump then found("string.dump") end

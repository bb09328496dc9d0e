-- The C stack, by replacements that replace.
-- ends: error
local function f(s) return (s:gsub(".", f)) end
f("x")

-- Compiled Lua from a function that gives it piece by piece.
-- ends: value
local pieces, at = { "\27", "Lu", "a" }, 0
local ok, f = pcall(load, function() at = at + 1 return pieces[at] end)
if ok and f then found("bytecode in pieces") end
local ok, f = pcall(load, function() return "return 1" end)
if ok and f then found("load takes a reader") end

-- The one metatable that all strings share.
-- ends: value
if getmetatable("") then found("the metatable of strings") end
if pcall(setmetatable, "", {}) then found("setmetatable of a string") end
if pcall(setmetatable, 1, {}) then found("setmetatable of a number") end
if pcall(rawset, "", "x", 1) then found("rawset of a string") end
if pcall(function() local s = "" s.x = 1 end) then found("a field of a string") end

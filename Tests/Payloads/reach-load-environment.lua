-- Globals of another kind, by giving and taking the environment of a text.
-- ends: value
local own = {}
local f = load("return _ENV", "x", "t", own)
if f() ~= own then found("another environment than was given") end
local g = load("x = 1 return _ENV")
if g() ~= _G then found("another environment than ours") end
local h = load("local _ENV <const> = {} return (function() return _ENV end)()")
if h and next(h()) ~= nil then found("an environment that is not empty") end
local nothing = load("return os", "x", "t", setmetatable({}, { __index = function(_, name) return rawget(_G, name) end }))
if nothing() ~= nil then found("os") end
if load("return 1", "x", "t", nil)() ~= 1 then found("nothing of value") end

-- Errors about errors, deeper than the message has room: CVE-2022-33099.
-- ends: error
local function f() local ok, e = pcall(error, setmetatable({}, { __tostring = function() return f() end })) return tostring(e) end
xpcall(f, function(m) return tostring(m) .. f() end)
local co = coroutine.wrap(function() local function g() return pcall(g) and error(g) end return g() end)
pcall(co)
error(f)

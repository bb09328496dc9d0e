-- Handlers that fail, and are handled.
-- ends: error or value or limit memory
local function handler(e) error(e) end
xpcall(error, handler, "x")
local function deep(e) return xpcall(error, deep, e) end
xpcall(error, deep, "x")
local function over() return over() .. "x" end
xpcall(over, function() return over() end)
error(select(2, xpcall(over, over)))

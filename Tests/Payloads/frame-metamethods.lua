-- Tables that would run the script's code while they are read.
-- ends: value
local trap = setmetatable({}, {
  __index = function() found("__index") end, __len = function() found("__len") return 1 << 60 end,
  __pairs = function() found("__pairs") error("pairs") end, __tostring = function() found("__tostring") return "x" end,
  __name = "x", __metatable = false,
})
pcall(host.machine.get, trap)
pcall(host.machine.get, { path = trap, trap })
pcall(function() host.machine.get{ [trap] = 1 } end)

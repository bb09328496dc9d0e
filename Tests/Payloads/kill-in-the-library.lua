-- The kill comes in the middle of a library's function, below catching.
-- ends: limit processor time
while true do
  pcall(table.sort, setmetatable({}, { __len = function() return 1 << 30 end, __index = function(_, i) return -i end, __newindex = function() end }))
  pcall(string.find, ("a"):rep(5000), (".-"):rep(50) .. "b")
end

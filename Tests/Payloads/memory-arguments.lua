-- Arguments and results, as many as the stack holds.
-- ends: value or error
local function count(...) return select("#", ...) end
for i = 1, 20 do
  pcall(function() return count(table.unpack({}, 1, 240000)) end)
  pcall(function() return select(-1, table.unpack({}, 1, 1e6 - 10)) end)
  pcall(string.char, table.unpack({}, 1, 1e5))
end

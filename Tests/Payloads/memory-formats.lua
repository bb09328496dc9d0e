-- Texts from formats, and replacements by functions.
-- ends: limit memory
local s = ("%s"):rep(200)
local value, all = ("y"):rep(10000), {}
while true do
  local filled = s:gsub("%%s", function() return value end)
  all[#all + 1] = filled .. #all
end

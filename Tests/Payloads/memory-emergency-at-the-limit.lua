-- The same, where memory runs out at one place after the other.
-- ends: limit memory or limit processor time or died
local ballast = {}
local weak = setmetatable({}, { __mode = "k" })
while true do
  ballast[#ballast + 1] = ("x"):rep(1 << 12) .. #ballast
  for i = 1, 100 do weak[{}] = {} end
  pcall(function() for i = 1, 50 do weak[i] = setmetatable({}, { __mode = "v" }) end end)
end

-- Keys that are two things at once, or no keys at all.
-- ends: value
for _, value in ipairs{
  { [1] = "a", ["1"] = "b" }, { [1.5] = "c" }, { [1] = "a", [1 << 53] = "b" }, { [math.mininteger] = 1 }, { [0] = 1 }, { [-1] = 1 },
  { [math.huge] = 1 }, { [true] = 1 }, { [print] = 1 }, { [host] = 1 }, { ["a\0b"] = 1 }, { ["\xff"] = 1 }, { [""] = 1 },
  { [("k"):rep(10000)] = 1 }, { [2] = 1 }, { [1] = 1, [3] = 3 },
} do
  pcall(host.machine.get, value)
  pcall(host.machine.get, { list = value })
end

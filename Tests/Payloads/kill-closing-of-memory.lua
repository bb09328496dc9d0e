-- The same where memory runs out.
-- ends: limit memory
local guard <close> = setmetatable({}, { __close = function() after() end })
local ok = pcall(function() local s = ("x"):rep(1 << 20) while true do s = s .. s end end)
after()

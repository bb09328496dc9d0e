-- Texts that are put together in the library's buffers.
-- ends: limit memory
local parts = {}
for i = 1, 1000 do parts[i] = ("x"):rep(1 << 16) end
local all = {}
while true do all[#all + 1] = table.concat(parts) .. #all end

-- Metamethods that lead on and on.
-- ends: limit processor time or error
local t = {}
for i = 1, 1900 do t = setmetatable({}, { __index = t }) end
while true do local _ = t.x end

-- Errors that are handed on, each a little larger.
-- ends: limit memory or limit processor time
local text = ("x"):rep(1 << 16)
while true do local _, e = pcall(error, text .. text) text = e end

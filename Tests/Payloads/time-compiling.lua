-- Texts of programs, as large as they may be.
-- ends: limit processor time or limit memory
local text = "return " .. ("{a=1,'x',"):rep(20) .. ("}"):rep(20)
local long = ("local x = 1; do local y <const> = x end "):rep(20000)
while true do load(text) load(long) end

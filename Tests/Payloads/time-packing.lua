-- Bytes packed and unpacked.
-- ends: limit processor time
local form = ("i8"):rep(100)
while true do string.packsize(form) pcall(string.pack, form) pcall(string.unpack, form, ("x"):rep(800)) end

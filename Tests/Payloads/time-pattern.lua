-- A pattern that goes back on its way, over and over.
-- ends: limit processor time
local _ = ("a"):rep(1000):find(("a-"):rep(100) .. "b")

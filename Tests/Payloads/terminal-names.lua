-- The same as names of calls, fields and values.
-- ends: error or value
pcall(function() host["\27[2J"]() end)
host.machine.get{ ["\27[2J\7\r"] = "\27[31m", ["\u{9b}x"] = 1 }
host.file.write{ path = "/etc/\27[2J", content = "" }
host.nothing.at_all{ "\27[2J" }

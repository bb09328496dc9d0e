-- Code that runs where nothing is watched: in the collector.
-- ends: value
if pcall(setmetatable, {}, { __gc = function() end }) then found("a finalizer") end
local later = {}
for i = 1, 1000 do setmetatable({}, later) end
later.__gc = function() found("a finalizer that came later") end
for i = 1, 1e5 do local _ = { i } end
if pcall(setmetatable, {}, setmetatable({}, { __index = { __gc = print } })) == false then found("what is no finalizer") end

--- A plugin that wants nothing: what starting costs.
---@type alpod.Plugin
return { api = 1, name = "nothing", summary = "Want nothing", setup = function() end }

--- The standard library: `local alpod = require("alpod")`, then `alpod.template`, `alpod.extend` and the others, each loaded
--- when it is first used.
return setmetatable({}, {
  __index = function(library, name)
    local module = require("alpod." .. tostring(name))
    library[name] = module
    return module
  end,
})

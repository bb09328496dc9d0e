--- Builds a plugin on another one.

--- A copy in which tables are nobody else's.
local function copied(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = copied(item)
  end
  return copy
end

--- Adds to a list what is not in it.
local function united(list, more)
  local known = {}
  for _, item in ipairs(list) do
    known[item] = true
  end
  for _, item in ipairs(more) do
    if not known[item] then
      list[#list + 1] = item
      known[item] = true
    end
  end
  return list
end

local phases = { setup = true, check = true, probe = true }

local merge = {
  needs = function(base, more)
    for category, entries in pairs(more) do
      base[category] = united(base[category] or {}, entries)
    end
    return base
  end,
  options = function(base, more)
    for name, option in pairs(more) do
      base[name] = base[name] or {}
      for field, value in pairs(option) do
        base[name][field] = copied(value)
      end
    end
    return base
  end,
  requires = function(base, more)
    for _, requirement in ipairs(more) do
      base[#base + 1] = copied(requirement)
    end
    return base
  end,
}

--- Makes a plugin out of a shipped one, or one of this site.
---
--- `needs`, `options` and `requires` are added to; every other field takes the place of the other plugin's. `setup`,
--- `check` and `probe` get that plugin's own function as their last argument, to call it where it fits, or not.
---@param name string the plugin to build on
---@param changes table the fields that differ
---@return alpod.Plugin
return function(name, changes)
  local plugin = copied(require("plugin:" .. name))
  for field, value in pairs(changes or {}) do
    if merge[field] then
      plugin[field] = merge[field](plugin[field] or {}, value)
    elseif phases[field] then
      local base = plugin[field] or function() end
      if field == "setup" then
        plugin.setup = function(host, opt)
          return value(host, opt, base)
        end
      else
        plugin[field] = function(host, opt, report)
          return value(host, opt, report, base)
        end
      end
    else
      plugin[field] = value
    end
  end
  return plugin
end

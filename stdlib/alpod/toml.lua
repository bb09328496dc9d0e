--- Reads and changes single values of TOML files, such as podman's, and leaves everything else as it is: comments, order,
--- blank lines.
local lines = require("alpod.lines").of

local toml = {}

--- Splits "storage.options.overlay.mount_program" into its table and its key.
local function split(path)
  local table_name, key = path:match("^(.*)%.([^.]+)$")
  return table_name or "", key or path
end

--- The table that a line begins; nil for any other line.
local function header(line)
  local name = line:match("^%s*%[%s*([^%[%]]-)%s*%]%s*#?.*$")
  return name and (name:gsub("%s*%.%s*", ".")) or nil
end

--- Whether a line opens an array that goes on below it.
local function depth(line)
  local bare = line:gsub('"[^"]*"', ""):gsub("'[^']*'", ""):gsub("#.*$", "")
  local _, open = bare:gsub("%[", "")
  local _, close = bare:gsub("%]", "")
  return open - close
end

--- Finds where a key is set: the first and the last line of its value, and the lines of its table.
local function find(all, table_name, key)
  local inside, place = table_name == "", nil
  local first, last, finish = table_name == "" and 0 or nil, nil, nil
  local open, sample = 0, nil
  for index, line in ipairs(all) do
    if open > 0 then
      open = open + depth(line)
      if place and open <= 0 then
        return place, index, first, finish, sample
      end
    else
      local name = header(line)
      if name or line:match("^%s*%[%[") then
        inside = name == table_name
        if inside then
          first = first or index
        end
      elseif inside then
        finish = line:match("^%s*$") and finish or index
        local found = line:match('^%s*"?([%w_%-]+)"?%s*=')
        if found == key then
          place = index
          open = depth(line)
          if open <= 0 then
            return place, index, first, index, sample
          end
        elseif line:match("^%s*#%s*([%w_%-]+)%s*=") == key then
          sample = index
        else
          open = math.max(0, depth(line))
        end
      end
    end
  end
  return nil, nil, first, finish, sample
end

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r" }

--- Writes a value as TOML does.
---@param value string|number|boolean|string[]
---@return string
function toml.quoted(value)
  if type(value) == "string" then
    return '"' .. value:gsub('[%c"\\]', function(sign)
      return escapes[sign] or ("\\u%04x"):format(sign:byte())
    end) .. '"'
  elseif type(value) == "table" then
    local items = {}
    for index, item in ipairs(value) do
      items[index] = toml.quoted(item)
    end
    return "[" .. table.concat(items, ", ") .. "]"
  end
  return tostring(value)
end

--- Reads a single value.
---@param text string
---@param path string "storage.driver"
---@return string|number|boolean|nil nil when it is not set, or is an array or a table
function toml.get(text, path)
  local all = lines(text)
  local place = find(all, split(path))
  if not place then
    return nil
  end
  local value = all[place]:match("^[^=]*=%s*(.-)%s*$")
  local quoted = value:match('^"(.-[^\\])"') or value:match('^""') and "" or value:match("^'(.-)'")
  if quoted then
    return (quoted:gsub('\\(["\\])', "%1"))
  end
  value = value:gsub("%s*#.*$", "")
  if value == "true" or value == "false" then
    return value == "true"
  end
  return tonumber(value)
end

--- Sets a single value: in its place where it is set, else below a commented-out sample, else at the end of its table, which
--- is made where it is missing.
---@param text string
---@param path string "storage.options.overlay.mount_program"
---@param value string|number|boolean|string[]
---@return string
function toml.set(text, path, value)
  local table_name, key = split(path)
  local all = lines(text)
  local place, finish, first, last, sample = find(all, table_name, key)
  local line = key .. " = " .. toml.quoted(value)
  if place then
    local indent = all[place]:match("^%s*")
    local comment = place == finish and all[place]:match("[\"'%]%w]%s*(#[^\"']*)$")
    for _ = place, finish do
      table.remove(all, place)
    end
    table.insert(all, place, indent .. line .. (comment and " " .. comment or ""))
  elseif sample then
    table.insert(all, sample + 1, line)
  elseif first then
    table.insert(all, (last or first) + 1, line)
  else
    if #all > 0 and all[#all] ~= "" then
      all[#all + 1] = ""
    end
    if table_name ~= "" then
      all[#all + 1] = "[" .. table_name .. "]"
    end
    all[#all + 1] = line
  end
  return table.concat(all, "\n") .. "\n"
end

--- Takes a value out; nothing happens when it is not set.
---@param text string
---@param path string
---@return string
function toml.remove(text, path)
  local all = lines(text)
  local place, finish = find(all, split(path))
  if not place then
    return text
  end
  for _ = place, finish do
    table.remove(all, place)
  end
  return table.concat(all, "\n") .. "\n"
end

return toml

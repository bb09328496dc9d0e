--- Reads and changes single values of files with `[sections]` and `key = value`; comments (`#`, `;`), order and everything
--- else stay as they are. A section that comes several times counts as one.
local lines = require("alpod.lines")

local ini = {}

local function section_of(line)
  return line:match("^%s*%[%s*(.-)%s*%]%s*[#;]?.*$")
end

--- The key of a line that sets one, what stands before its value, the value and what follows.
local function parts(line)
  if line:match("^%s*[#;%[]") then
    return nil
  end
  local lead, key, sign, rest = line:match("^(%s*)([^=]-)(%s*=%s*)(.*)$")
  if not key or key == "" then
    return nil
  end
  -- A comment behind a value begins after a blank.
  local value, after = rest:match("^(.-)(%s+[#;].*)$")
  value = value or rest
  local blank = value:match("%s*$")
  return key, lead .. key .. sign, value:sub(1, #value - #blank), blank .. (after or "")
end

--- Where a key is set, the last time; where its section begins and ends, and where it is commented out there.
local function find(all, section, key)
  local inside, place, first, last, sample = section == "", nil, section == "" and 0 or nil, nil, nil
  for index, line in ipairs(all) do
    local name = section_of(line)
    if name then
      inside = name == section
      if inside then
        first, last = index, index
      end
    elseif inside then
      if line:match("%S") then
        last = index
      end
      if parts(line) == key then
        place = index
      elseif line:match("^%s*[#;]%s*([^=]-)%s*=") == key then
        sample = index
      end
    end
  end
  return place, first, last, sample
end

--- How the file writes it: "key = value" or "key=value".
local function separator(all)
  for _, line in ipairs(all) do
    local key, before = parts(line)
    if key then
      return before:match("%s*=%s*$")
    end
  end
  return " = "
end

--- Reads a value.
---@param text string
---@param section string "" for what stands before the first section
---@param key string
---@return string? nil when it is not set
function ini.get(text, section, key)
  local all = lines.of(text)
  local place = find(all, section, key)
  if not place then
    return nil
  end
  local _, _, value = parts(all[place])
  return value
end

--- Sets a value: in its place, else below a sample that is commented out, else at the end of its section, which is made
--- where it is missing.
---@param text string
---@param section string "" for what stands before the first section
---@param key string
---@param value string|number|boolean
---@return string
function ini.set(text, section, key, value)
  local wanted = tostring(value)
  if wanted:find("[\n\r\0]") or wanted:find("^%s") or wanted:find("%s$") or wanted:find("%s[#;]") then
    error(("the value of %s is %q, which would be read as another one"):format(key, wanted), 0)
  end
  local all = lines.of(text)
  local place, first, last, sample = find(all, section, key)
  if place then
    local _, before, _, after = parts(all[place])
    all[place] = before .. wanted .. after
  else
    local line = key .. separator(all) .. wanted
    if sample then
      table.insert(all, sample + 1, line)
    elseif first then
      table.insert(all, (last or first) + 1, line)
    else
      if #all > 0 and all[#all]:match("%S") then
        all[#all + 1] = ""
      end
      all[#all + 1] = "[" .. section .. "]"
      all[#all + 1] = line
    end
  end
  return lines.text(all)
end

--- Takes a value out of its section; nothing happens when it is not set.
---@param text string
---@param section string
---@param key string
---@return string
function ini.remove(text, section, key)
  local inside, kept, all = section == "", {}, lines.of(text)
  for _, line in ipairs(all) do
    local name = section_of(line)
    if name then
      inside = name == section
    end
    if not (inside and parts(line) == key) then
      kept[#kept + 1] = line
    end
  end
  return #kept == #all and text or lines.text(kept)
end

return ini

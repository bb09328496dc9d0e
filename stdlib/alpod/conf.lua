--- Reads and changes single settings of files that hold one a line, such as `KEY="value"` of a shell, `key = value`, or
--- `Key value`; comments, order and everything else stay as they are.
local lines = require("alpod.lines")

local conf = {}

---@class alpod.ConfForm
---@field separator string? what stands between key and value in a line that is new: "=" when not given; " " for `Key value`
---@field quote string? what a value in such a line is quoted with: "\"", "'" or "" for not at all, which is so when not given
---@field comment string? what begins a comment: "#" when not given

local function escaped(text)
  return (text:gsub("%p", "%%%0"))
end

--- The parts of a line that sets a key: what is before the value, the value as it is written, what follows it.
local function parts(line, key, form)
  local before, rest = line:match("^(%s*" .. escaped(key) .. "%s*=%s*)(.*)$")
  if not before then
    before, rest = line:match("^(%s*export%s+" .. escaped(key) .. "%s*=%s*)(.*)$")
  end
  if not before and (form.separator or "="):match("^%s+$") then
    before, rest = line:match("^(%s*" .. escaped(key) .. "%s+)(.*)$")
  end
  if not before then
    return nil
  end
  local quote = rest:match("^[\"']")
  if not quote then
    local value, after = rest:match("^(.-)(%s+" .. escaped(form.comment or "#") .. ".*)$")
    value = value or rest
    local blank = value:match("%s*$")
    return before, value:sub(1, #value - #blank), blank .. (after or ""), ""
  end
  local place = 2
  while place <= #rest do
    local sign = rest:sub(place, place)
    if sign == "\\" and quote == '"' then
      place = place + 1
    elseif sign == quote then
      return before, rest:sub(2, place - 1), rest:sub(place + 1), quote
    end
    place = place + 1
  end
  error("the value of " .. key .. " goes over several lines, which alpod.conf does not edit", 0)
end

--- The last line that sets a key, which is the one that counts, and the last sample of one that is commented out.
local function find(all, key, form)
  local found, sample
  local comment = escaped(form.comment or "#")
  for index, line in ipairs(all) do
    if parts(line, key, form) then
      found = index
    elseif line:match("^%s*" .. comment .. "[%s" .. comment .. "]*" .. escaped(key) .. "%s*=")
      or line:match("^%s*" .. comment .. escaped(key) .. "%s")
    then
      sample = index
    end
  end
  return found, sample
end

local function written(key, value, quote, form)
  if quote == '"' then
    return (value:gsub('[\\"$`]', "\\%0"))
  elseif quote == "'" then
    if value:find("'", 1, true) then
      error(("the value of %s holds a single quote, which single quotes cannot hold"):format(key), 0)
    end
    return value
  end
  if value:find("^[\"']") or value:find("^%s") or value:find("%s$") or value:find(form.comment or "#", 1, true) then
    error(("the value of %s is %q, which would be read as another one without quotes"):format(key, value), 0)
  end
  return value
end

--- Reads a setting.
---@param text string
---@param key string
---@param form alpod.ConfForm?
---@return string? nil when it is not set
function conf.get(text, key, form)
  form = form or {}
  local all = lines.of(text)
  local found = find(all, key, form)
  if not found then
    return nil
  end
  local _, value, _, quote = parts(all[found], key, form)
  if quote == '"' then
    return (value:gsub("\\(.)", "%1"))
  end
  return value
end

--- Sets a setting: in its place, in the form that it has there; else below a sample that is commented out, else at the end.
---@param text string
---@param key string
---@param value string|number|boolean
---@param form alpod.ConfForm? the form of a line that is new
---@return string
function conf.set(text, key, value, form)
  form = form or {}
  local wanted = tostring(value)
  if wanted:find("[\n\r\0]") then
    error(("the value of %s goes over several lines"):format(key), 0)
  end
  if conf.get(text, key, form) == wanted then
    return text
  end
  local all = lines.of(text)
  local found, sample = find(all, key, form)
  if found then
    local before, _, after, quote = parts(all[found], key, form)
    -- What was written without quotes may not do without them.
    if quote == "" and wanted:find("[^%w%.%-_/:,+@%%]") and form.quote and form.quote ~= "" then
      quote = form.quote
    end
    all[found] = before .. quote .. written(key, wanted, quote, form) .. quote .. after
  else
    local quote = form.quote or ""
    local line = key .. (form.separator or "=") .. quote .. written(key, wanted, quote, form) .. quote
    table.insert(all, sample and sample + 1 or #all + 1, line)
  end
  return lines.text(all)
end

--- Takes a setting out, wherever it is set; nothing happens when it is not.
---@param text string
---@param key string
---@param form alpod.ConfForm?
---@return string
function conf.remove(text, key, form)
  form = form or {}
  local all, kept = lines.of(text), {}
  for _, line in ipairs(all) do
    if not parts(line, key, form) then
      kept[#kept + 1] = line
    end
  end
  return #kept == #all and text or lines.text(kept)
end

return conf

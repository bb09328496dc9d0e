--- Reads and changes single values of TOML files, such as podman's, and leaves everything else as it is: comments, order,
--- blank lines. A text that is no TOML is an error that names the line, as nobody would read what is added to it.
local toml = {}

local function fail(text, at, what)
  local _, above = text:sub(1, at - 1):gsub("\n", "")
  error(("line %d: %s"):format(above + 1, what), 0)
end

--- Splits "storage.options.overlay.mount_program" into its table and its key.
local function split(path)
  local table_name, key = path:match("^(.*)%.([^.]+)$")
  return table_name or "", key or path
end

--- A path as it is told: within, an element of a list of tables has its number behind a NUL, and a dot in quotes is \1.
local function told(path)
  return (path:gsub("%z%d+", ""):gsub("\1", "."))
end

local function blanks(text, at)
  return text:match("^[ \t]*()", at)
end

--- The first place that is neither blank nor in a comment, on this line or below.
local function skip(text, at)
  repeat
    at = text:match("^%s*()", at)
    local is_comment = text:sub(at, at) == "#"
    at = is_comment and (text:find("\n", at, true) or #text + 1) or at
  until not is_comment
  return at
end

local function quote_at(text, at)
  return text:match('^"""', at) or text:match("^'''", at) or text:match("^[\"']", at)
end

--- The place behind a text in quotes.
local function behind_text(text, at)
  local quote = quote_at(text, at)
  local sign, is_long, place = quote:sub(1, 1), #quote == 3, at + #quote
  while true do
    local stop = text:find(sign == '"' and '["\\\n]' or "['\n]", place)
    local found = stop and text:sub(stop, stop)
    if not found or found == "\n" and not is_long then
      fail(text, at, "a text has no " .. quote .. " at its end")
    elseif found == "\\" then
      if not text:find(is_long and '^[btnfre"\\uUx%s]' or '^[btnfre"\\uUx]', stop + 1) then
        fail(text, stop, "a backslash with what TOML does not have behind it")
      end
      place = stop + 2
    elseif text:sub(stop, stop + #quote - 1) == quote then
      -- A long text may end with two quotes of its own.
      return is_long and text:match("^" .. sign .. "?" .. sign .. "?()", stop + 3) or stop + 1
    else
      place = stop + 1
    end
  end
end

local unescapes = { b = "\b", t = "\t", n = "\n", f = "\f", r = "\r", e = "\27", ["\0"] = "\\" }
local digits = { x = 2, u = 4, U = 8 }

--- What a text in quotes says.
local function plain(quoted)
  local quote = quote_at(quoted, 1)
  local body = quoted:sub(#quote + 1, -#quote - 1)
  if #quote == 3 then
    body = body:gsub("^\r?\n", "")
  end
  if quote:sub(1, 1) == "'" then
    return body
  end
  -- There is no NUL in TOML, so it can stand for a backslash that is meant as one.
  body = body:gsub("\\\\", "\\\0"):gsub("\\%s+", "")
  return (body:gsub("\\(.)(%x?%x?%x?%x?%x?%x?%x?%x?)", function(sign, behind)
    local code = digits[sign] and tonumber(behind:sub(1, digits[sign]), 16)
    if code and code <= 0x10ffff then
      return utf8.char(code) .. behind:sub(digits[sign] + 1)
    end
    return (unescapes[sign] or sign) .. behind
  end))
end

--- The parts of a name, "a . \"b\"", and the place behind it.
local function name(text, at)
  local parts = {}
  while true do
    local part, place = text:match("^([%w_%-]+)()", at)
    if not part then
      if not text:find("^[\"']", at) then
        fail(text, at, "a name is missing")
      end
      place = behind_text(text, at)
      part = plain(text:sub(at, place - 1)):gsub("%.", "\1")
    end
    parts[#parts + 1] = part
    at = blanks(text, place)
    if text:sub(at, at) ~= "." then
      return parts, at
    end
    at = blanks(text, at + 1)
  end
end

local function join(path, part)
  return path == "" and part or path .. "." .. part
end

local pair

--- The place behind a value. Within a list there is no path to what is in it.
local function behind_value(text, at, path, found, level)
  local sign = text:sub(at, at)
  if level > 32 then
    fail(text, at, "lists and tables go too deep")
  elseif sign == '"' or sign == "'" then
    return behind_text(text, at)
  elseif sign == "[" or sign == "{" then
    local close = sign == "[" and "]" or "}"
    local place = skip(text, at + 1)
    while text:sub(place, place) ~= close do
      if place > #text then
        fail(text, at, "what " .. sign .. " opens has no " .. close)
      elseif sign == "[" then
        place = behind_value(text, place, nil, found, level + 1)
      else
        place = pair(text, place, path, found, level + 1)
      end
      place = skip(text, place)
      if text:sub(place, place) == "," then
        place = skip(text, place + 1)
      elseif text:sub(place, place) ~= close then
        fail(text, at, "what " .. sign .. " opens has no " .. close)
      end
    end
    return place + 1
  end
  local word = text:match("^%d%d%d%d%-%d%d%-%d%d [%d:.Z+-]+", at) or text:match("^[%w+%-.:_]+", at) or ""
  if word ~= "true" and word ~= "false" and not word:find("^[+-]?%d") and not word:find("^[+-]?[in][na][fn]$") then
    fail(text, at, "a value is missing, or is a text without quotes")
  end
  return at + #word
end

--- Takes "name = value" in; gives the place behind it.
function pair(text, at, path, found, level)
  local parts, place = name(text, at)
  if text:sub(place, place) ~= "=" then
    fail(text, at, "there is no = behind " .. table.concat(parts, "."))
  end
  local entry = { at = blanks(text, place + 1), is_inline = level > 0 }
  for index, part in ipairs(path and parts or {}) do
    path = join(path, part)
    if found.values[path] or index == #parts and (found.sections[path] or found.dotted[path]) then
      fail(text, at, told(path) .. " is set a second time")
    elseif index < #parts and level == 0 then
      found.dotted[path] = entry
    end
  end
  entry.stop = behind_value(text, entry.at, path, found, level)
  if path then
    found.values[path] = entry
  end
  return entry.stop, entry
end

--- Takes "[name]" or "[[name]]" in; gives the place behind it, and the path.
local function header(text, at, found)
  local open = text:match("^%[%[?", at)
  local close = ("]"):rep(#open)
  local parts, place = name(text, blanks(text, at + #open))
  if text:sub(place, place + #close - 1) ~= close then
    fail(text, at, "the name of a table has no " .. close .. " at its end")
  end
  local path = ""
  for index, part in ipairs(parts) do
    path = join(path, part)
    local is_last, count = index == #parts, found.lists[path]
    if found.values[path] or is_last and (found.sections[path] or found.dotted[path] or count and #open == 1) then
      fail(text, at, told(path) .. " is set a second time")
    elseif is_last and #open == 2 then
      count = (count or 0) + 1
      found.lists[path] = count
    end
    path = count and path .. "\0" .. count or path
  end
  return place + #close, path
end

--- What a text sets, and where: values with what stands before and behind them, tables by their headers (`sections`), those
--- that names with dots make (`dotted`, with the last of these), lists of tables.
local function scan(text)
  local found = { values = {}, sections = {}, dotted = {}, lists = {} }
  local bad = text:find("[%z\1-\8\11\12\14-\31\127]") or text:find("\r[^\n]") or text:find("\r$")
  if bad then
    fail(text, bad, ("a control character, byte %d"):format(text:byte(bad)))
  end
  local at = text:match("^\xEF\xBB\xBF()") or 1
  local section = { path = "", last = at - 1, samples = {} }
  found.sections[""] = section
  while at <= #text do
    local start = blanks(text, at)
    local place, entry, path = start, nil, nil
    local sign = text:sub(start, start)
    if sign == "[" then
      place, path = header(text, start, found)
      section = { path = path, samples = {} }
      found.sections[path] = section
    elseif not sign:find("^[#\r\n]?$") then
      place, entry = pair(text, start, section.path, found, 0)
    end
    place = blanks(text, place)
    if not text:find("^[#\r\n]", place) and place <= #text then
      fail(text, place, "something stands behind the end of a value or a table's name")
    end
    local last = text:find("\n", place, true) or #text
    if entry then
      entry.first, entry.last, entry.section = at, last, section
    elseif sign == "#" then
      section.samples[text:match("^#[ \t]*([%w_%-]+)[ \t]*=", start) or ""] = last
    end
    section.last = sign:find("[^\r\n]") and last or section.last
    at = last + 1
  end
  return found
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
  local entry = scan(text).values[path]
  local value = entry and text:sub(entry.at, entry.stop - 1)
  if not value then
    return nil
  elseif quote_at(value, 1) then
    return plain(value)
  elseif value == "true" or value == "false" then
    return value == "true"
  end
  return tonumber((value:gsub("_", "")))
end

--- A text with a line more behind a place.
local function insert(text, after, line)
  local feed = text:match("\r?\n") or "\n"
  local before, behind = text:sub(1, after), text:sub(after + 1)
  if before ~= "" and before:sub(-1) ~= "\n" then
    before = before .. feed
  end
  return before .. line .. feed .. behind
end

--- Ends where a value stands in `{ … }`, or would be added to it.
local function refuse_whole(text, found, path, what)
  local above, whole = path, nil
  repeat
    above = split(above)
    whole = found.values[above] and above or whole
  until above == ""
  if whole then
    fail(text, found.values[whole].at, ("%s is set as a whole, and %s cannot be %s: write it as [%s], with a line for each value"):format(
      whole, path:sub(#whole + 2), what, whole
    ))
  end
end

--- Sets a single value: in its place where it is set, else below a commented-out sample, else at the end of its table, which
--- is made where it is missing. A table of names with dots gets one more of these. Nothing is added to `{ … }`: that is an
--- error, which names the line.
---@param text string
---@param path string "storage.options.overlay.mount_program"
---@param value string|number|boolean|string[]
---@return string
function toml.set(text, path, value)
  local found, written = scan(text), toml.quoted(value)
  local entry = found.values[path]
  if entry then
    return text:sub(1, entry.at - 1) .. written .. text:sub(entry.stop)
  elseif found.sections[path] or found.dotted[path] or found.lists[path] then
    error(path .. " is a table, not a value", 0)
  end
  refuse_whole(text, found, path, "added")
  local table_name, key = split(path)
  local line, above = key .. " = " .. written, table_name
  repeat
    local section, dotted = found.sections[above], found.dotted[above]
    if found.lists[above] then
      error(above .. " is a list of tables, and " .. path .. " could be in any of them", 0)
    elseif section and above == table_name then
      return insert(text, section.samples[key] or section.last, line)
    elseif dotted then
      local below = dotted.section.path == "" and path or path:sub(#dotted.section.path + 2)
      return insert(text, dotted.last, text:match("^[ \t]*", dotted.first) .. below .. " = " .. written)
    end
    above = split(above)
  until section or above == ""
  if text ~= "" and not text:find("\n\r?\n$") then
    text = insert(text, #text, "")
  end
  text = insert(text, #text, "[" .. table_name .. "]")
  return insert(text, #text, line)
end

--- Takes a value out; nothing happens when it is not set. What stands in `{ … }` is not taken out: that is an error, which
--- names the line.
---@param text string
---@param path string
---@return string
function toml.remove(text, path)
  local found = scan(text)
  local entry = found.values[path]
  if not entry then
    return text
  elseif entry.is_inline then
    refuse_whole(text, found, path, "taken out")
  end
  return text:sub(1, entry.first - 1) .. text:sub(entry.last + 1)
end

return toml

-- man.lua HEAD TAIL: reads what `alpod --experimental-dump-help` prints, and writes the manual page in mdoc between HEAD
-- and TAIL.

-- MARK: JSON

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

--- Reads the value that begins at a position.
---@return any value
---@return integer position behind it
local function read(text, at)
  at = text:find("%S", at)
  local first = text:sub(at, at)
  if first == "{" or first == "[" then
    local found, closing = {}, first == "{" and "}" or "]"
    at = text:find("%S", at + 1)
    while text:sub(at, at) ~= closing do
      local key = #found + 1
      if first == "{" then
        key, at = read(text, at)
        at = text:find(":", at, true) + 1
      end
      found[key], at = read(text, at)
      at = text:find("%S", at)
      if text:sub(at, at) == "," then
        at = text:find("%S", at + 1)
      end
    end
    return found, at + 1
  elseif first == '"' then
    local parts, from = {}, at + 1
    while true do
      local stop = text:find('["\\]', from)
      parts[#parts + 1] = text:sub(from, stop - 1)
      if text:sub(stop, stop) == '"' then
        return table.concat(parts), stop + 1
      end
      local sign = text:sub(stop + 1, stop + 1)
      from = stop + 2
      if sign == "u" then
        parts[#parts + 1] = utf8.char(tonumber(text:sub(from, from + 3), 16))
        from = from + 4
      else
        parts[#parts + 1] = escapes[sign] or sign
      end
    end
  end
  local word = text:match("^[%w.+-]+", at)
  assert(word, "no JSON at byte " .. at)
  local value = tonumber(word)
  if not value then
    value = word == "true"
  end
  return value, at + #word
end

-- MARK: mdoc

local names = { ["…"] = "...", ["—"] = "--", ["·"] = "-" }

--- A line of text that roff takes as it is.
local function plain(line)
  for sign, name in pairs(names) do
    line = line:gsub(sign, name)
  end
  line = line:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("`([^`]*)`", "\\(oq%1\\(cq")
  return (line:gsub("^[.']", "\\&%0"))
end

--- Prose: each sentence begins on a line of its own, as mdoc wants it, and no line is longer than 80 bytes.
local function sentences(text)
  text = text:gsub("%s+", " "):gsub("([.?!]) (%u)", "%1\n%2")
  for sentence in text:gmatch("[^\n]+") do
    local line = ""
    for word in sentence:gmatch("%S+") do
      if #line + #word > 76 then
        print((plain(line):gsub("\\%-", "-")))
        line = ""
      end
      line = line .. (line == "" and "" or " ") .. word
    end
    print((plain(line):gsub("\\%-", "-")))
  end
end

--- Paragraphs; lines that are indented, or come after "Examples:", are shown as they are.
local function prose(text, comes_first)
  local paragraph = {}
  local is_literal, is_first = false, comes_first
  local function flush()
    if #paragraph > 0 then
      if not is_first then
        print(".Pp")
      end
      is_first = false
      sentences(table.concat(paragraph, " "))
    end
    paragraph = {}
  end
  for line in (text .. "\n"):gmatch("(.-)\n") do
    local is_indented = line:match("^ ") ~= nil
    if is_indented and not is_literal then
      flush()
      print(".Bd -literal -offset indent")
    elseif is_literal and not is_indented then
      print(".Ed")
    end
    is_literal = is_indented
    if is_literal then
      print(plain((line:gsub("^  ", ""))))
    elseif line == "" then
      flush()
    else
      paragraph[#paragraph + 1] = line
    end
  end
  if is_literal then
    print(".Ed")
  end
  flush()
end

-- MARK: Commands

local function shown(command)
  local arguments = {}
  for _, argument in ipairs(command.arguments or {}) do
    local name = argument.preferredName and argument.preferredName.name
    if argument.shouldDisplay and name ~= "help" and name ~= "version" then
      arguments[#arguments + 1] = argument
    end
  end
  return arguments
end

--- An argument as macros: "Fl -root Ar dir".
---@param is_short boolean? whether one name is enough
local function form(argument, is_short)
  if argument.kind == "positional" then
    return "Ar " .. argument.valueName
  end
  local flags = {}
  for _, name in ipairs(argument.names) do
    if name.kind == "long" then
      flags[#flags + 1] = "Fl -" .. name.name
    elseif not is_short then
      table.insert(flags, 1, "Fl " .. name.name)
    end
  end
  local text = table.concat(flags, " , ")
  if argument.kind == "option" then
    text = text .. " Ar " .. argument.valueName
  end
  return text
end

local function synopsis(words, command)
  print(".Nm")
  print(".Cm " .. words)
  for _, argument in ipairs(shown(command)) do
    local text = form(argument, true)
    if argument.isRepeating then
      text = text .. " ..."
    end
    print(argument.isOptional and ".Op " .. text or "." .. text)
  end
end

local function describe(words, command)
  print(".Ss alpod " .. words)
  sentences(command.abstract)
  prose(command.discussion or "")
  local arguments = shown(command)
  if #arguments == 0 then
    return
  end
  print(".Bl -tag -width Ds")
  for _, argument in ipairs(arguments) do
    print(".It " .. form(argument))
    sentences(argument.abstract or "")
  end
  print(".El")
end

--- Calls `visit` with every command that can be given, those with subcommands left out but for their own words.
local function each(command, words, visit)
  for _, inner in ipairs(command.subcommands or {}) do
    if inner.shouldDisplay and inner.commandName ~= "help" then
      local path = words == "" and inner.commandName or words .. " " .. inner.commandName
      visit(path, inner)
      each(inner, path, visit)
    end
  end
end

local function copy(path)
  local file <close> = assert(io.open(path))
  io.write(file:read("a"))
end

local help = read(io.read("a"), 1).command
copy(arg[1])
print(".Sh NAME")
print(".Nm alpod")
print(".Nd " .. help.abstract:gsub("^%u", string.lower):gsub("%.$", ""))
print(".Sh SYNOPSIS")
each(help, "", function(words, command)
  if not command.subcommands then
    synopsis(words, command)
  end
end)
print(".Sh DESCRIPTION")
prose(help.discussion, true)
each(help, "", describe)
copy(arg[2])

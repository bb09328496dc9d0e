--- Fills texts: `${name}` becomes the value of that name, `${name:shell}` that value as a shell takes it for one word.
local toml = require("alpod.toml")

local template = {}

---@alias alpod.Escape "plain"|"shell"|"nginx"|"toml"|"json"|"xml"

--- How a value is written so that it stands for itself, by what reads the text. Each takes text, and gives text.
---@type table<alpod.Escape, fun(text: string): string>
local escapes = {}
template.escapes = escapes

local function refuse(text, signs, reader)
  local sign = text:match(signs)
  if sign then
    error(("%q holds %q, which %s cannot be given"):format(text, sign, reader), 0)
  end
end

--- As it is.
function escapes.plain(text)
  return text
end

--- One word of a shell.
function escapes.shell(text)
  refuse(text, "\0", "a shell")
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- One parameter of a directive of nginx, which knows no way to write a dollar.
function escapes.nginx(text)
  refuse(text, "[%c$]", "nginx")
  if text:match("^[%w%.%-_%*:/@,=]+$") then
    return text
  end
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

--- A basic string of TOML, with its quotes.
escapes.toml = toml.quoted

--- A string of JSON, with its quotes. What TOML takes for a string JSON takes too.
escapes.json = escapes.toml

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&apos;" }

--- Text or an attribute of XML or HTML.
function escapes.xml(text)
  refuse(text, "[%z\1-\8\11\12\14-\31]", "XML")
  return (text:gsub("[&<>\"']", entities))
end

local function escape(name, text)
  local found = escapes[name]
  if not found then
    error("there is no escape " .. tostring(name) .. "; there are json, nginx, plain, shell, toml, xml", 0)
  end
  return (found(text))
end

--- Fills a text.
---@param text string with `${name}` or `${name:escape}` where a value goes; `$${` stands for `${` itself
---@param values table<string, string|number|boolean>
---@param standard alpod.Escape? what `${name}` without an escape is written by; "plain" when not given
---@return string
function template.fill(text, values, standard)
  local filled = text:gsub("(%$?)%${([%w_]+):?(%l*)}", function(dollar, name, wanted)
    if dollar == "$" then
      return "${" .. name .. (wanted == "" and "" or ":" .. wanted) .. "}"
    end
    local value = values[name]
    if value == nil then
      error("the template names ${" .. name .. "}, and there is no value of that name", 0)
    end
    return escape(wanted ~= "" and wanted or standard or "plain", tostring(value))
  end)
  return filled
end

return template

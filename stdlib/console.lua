--- What is typed at `alpod console`, run line by line. Variables without `local` last; `host` is new each time.

local variables = setmetatable({}, { __index = _G })

local reserved = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  reserved[word] = true
end

local function key(name)
  if type(name) == "string" and name:match("^[%a_][%w_]*$") and not reserved[name] then
    return name
  end
  return "[" .. (type(name) == "string" and ("%q"):format(name) or tostring(name)) .. "]"
end

--- A value as Lua would write it, on one line where it is short.
local function shown(value, indent, above)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"))
  elseif type(value) ~= "table" then
    return tostring(value)
  elseif above[value] or #indent > 20 then
    return "{…}"
  end
  above[value] = true
  local parts, known = {}, {}
  for index, item in ipairs(value) do
    parts[#parts + 1] = shown(item, indent .. "  ", above)
    known[index] = true
  end
  for name, item in pairs(value) do
    if not known[name] then
      parts[#parts + 1] = key(name) .. " = " .. shown(item, indent .. "  ", above)
    end
  end
  above[value] = nil
  local line = table.concat(parts, ", ")
  if #parts == 0 then
    return "{}"
  elseif #line < 76 and not line:find("\n") then
    return "{ " .. line .. " }"
  end
  return "{\n" .. indent .. "  " .. table.concat(parts, ",\n" .. indent .. "  ") .. ",\n" .. indent .. "}"
end

--- An error without the place in this file, which says nothing.
local function told(failure)
  if type(failure) ~= "string" then
    return shown(failure, "", {})
  end
  return (failure:gsub("^[%w./]*console%.lua:%d+: ", "", 1):gsub("^line:", "line ", 1))
end

return {
  --- @return table { values = what it gives, as texts }, { more = true } when it goes on, or { failure = what is wrong }
  run = function(host, text)
    variables.host = host
    local chunk = load("return " .. text, "=line", "t", variables)
    local message
    if not chunk then
      chunk, message = load(text, "=line", "t", variables)
    end
    if not chunk then
      return message:match("<eof>$") and { more = true } or { failure = told(message) }
    end
    local results = table.pack(pcall(chunk))
    if not results[1] then
      return { failure = told(results[2]) }
    end
    local values = {}
    for index = 2, results.n do
      values[#values + 1] = shown(results[index], "", {})
    end
    return { values = values }
  end,

  --- The names that were given to something.
  names = function()
    local names = {}
    for name in pairs(variables) do
      if type(name) == "string" then
        names[#names + 1] = name
      end
    end
    return names
  end,
}

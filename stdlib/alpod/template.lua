--- Fills texts: `${name}` becomes the value of that name.
local template = {}

--- Fills a text.
---@param text string with `${name}` where a value goes; `$${` stands for `${` itself
---@param values table<string, string|number|boolean>
---@return string
function template.fill(text, values)
  local filled = text:gsub("(%$?)%${([%w_]+)}", function(escape, name)
    if escape == "$" then
      return "${" .. name .. "}"
    end
    local value = values[name]
    if value == nil then
      error("the template names ${" .. name .. "}, and there is no value of that name", 0)
    end
    return tostring(value)
  end)
  return filled
end

return template

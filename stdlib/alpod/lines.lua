--- Texts as lists of lines, for libraries that edit them line by line.
local lines = {}

--- The lines of a text, without line feeds.
---@param text string
---@return string[]
function lines.of(text)
  local found = {}
  if text == "" then
    return found
  end
  for line in (text:sub(-1) == "\n" and text or text .. "\n"):gmatch("(.-)\n") do
    found[#found + 1] = line
  end
  return found
end

--- The text of lines: each ends with a line feed.
---@param list string[]
---@return string
function lines.text(list)
  return #list == 0 and "" or table.concat(list, "\n") .. "\n"
end

return lines

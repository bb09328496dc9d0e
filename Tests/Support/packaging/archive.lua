-- Tar archives as apk 2 packages use them: ustar, with the SHA-1 of each file in a pax header.
local archive = {}

local block = 512

local function padding(size)
  return string.rep("\0", (block - size % block) % block)
end

local function octal(number, width)
  return string.format("%0" .. (width - 1) .. "o\0", number)
end

--- A path of more than 100 bytes is cut at a slash: ustar keeps its beginning in a field of its own.
local function split(path)
  if #path <= 100 then return path, "" end
  for at = #path - 100, 155 do
    if path:sub(at, at) == "/" then return path:sub(at + 1), path:sub(1, at - 1) end
  end
  error("a path too long for tar: " .. path)
end

local function header(kind, path, mode, size, target)
  local name, prefix = split(path)
  local front = name .. string.rep("\0", 100 - #name)
    .. octal(mode, 8) .. octal(0, 8) .. octal(0, 8) .. octal(size, 12) .. octal(1700000000, 12)
  local back = kind .. target .. string.rep("\0", 100 - #target) .. "ustar\00000"
    .. "root" .. string.rep("\0", 28) .. "root" .. string.rep("\0", 28)
    .. octal(0, 8) .. octal(0, 8) .. prefix .. string.rep("\0", 155 - #prefix) .. string.rep("\0", 12)
  local sum = 0
  for _, part in ipairs { front, "        ", back } do
    for at = 1, #part do sum = sum + part:byte(at) end
  end
  return front .. string.format("%06o\0 ", sum) .. back
end

--- A pax record starts with its own length, digits included.
local function pax_record(key, value)
  local rest = " " .. key .. "=" .. value .. "\n"
  local length = #rest + #tostring(#rest)
  if #rest + #tostring(length) ~= length then length = #rest + #tostring(length) end
  return length .. rest
end

--- One member with what precedes it. `entry` has path, kind ("file", "link" or "directory"), mode
--- (a number), and for a file text, for a link target; `sha1` in hexadecimal adds the pax header,
--- unless the archive is a plain one.
function archive.member(entry, plain)
  local parts = {}
  if entry.sha1 and not plain then
    local record = pax_record("APK-TOOLS.checksum.SHA1", entry.sha1)
    parts = { header("x", entry.path:sub(1, 100), 420, #record, ""), record, padding(#record) }
  end
  if entry.kind == "directory" then
    parts[#parts + 1] = header("5", entry.path .. "/", entry.mode, 0, "")
  elseif entry.kind == "link" then
    parts[#parts + 1] = header("2", entry.path, entry.mode, 0, entry.target)
  else
    parts[#parts + 1] = header("0", entry.path, entry.mode, #entry.text, "")
    parts[#parts + 1] = entry.text
    parts[#parts + 1] = padding(#entry.text)
  end
  return table.concat(parts)
end

function archive.ending()
  return string.rep("\0", 2 * block)
end

return archive

-- What Lua has to ask other programs for: checksums, compression, directories, facts about files.
local shell = {}

function shell.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

function shell.run(command)
  local ok, _, code = os.execute(command)
  if not ok then error("exit " .. tostring(code) .. " from: " .. command, 0) end
end

function shell.output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("a")
  if not pipe:close() then error("failed: " .. command, 0) end
  return text
end

function shell.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

--- Replaces the file whole, so that a hard link to the old one elsewhere keeps its content.
function shell.write(path, text)
  local file = assert(io.open(path .. ".tmp", "wb"))
  assert(file:write(text))
  assert(file:close())
  assert(os.rename(path .. ".tmp", path))
end

--- Path to hexadecimal checksum, by one process for all of them.
function shell.checksums(program, paths, scratch)
  if #paths == 0 then return {} end
  shell.write(scratch .. "/list", table.concat(paths, "\0"))
  local sums = {}
  local text = shell.output("xargs -0 " .. program .. " -z -- <" .. shell.quote(scratch .. "/list"))
  for sum, path in text:gmatch("(%x+)  (%Z+)%z") do sums[path] = sum end
  return sums
end

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- apk's way to write a SHA-1: Q1 and base64.
function shell.q1(hex)
  local bytes = hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)
  local text = bytes:gsub("..?.?", function(group)
    local a, b, c = group:byte(1, 3)
    local value = a << 16 | (b or 0) << 8 | (c or 0)
    local four = ""
    for shift = 18, 0, -6 do
      local digit = (value >> shift & 63) + 1
      four = four .. digits:sub(digit, digit)
    end
    return four:sub(1, #group + 1) .. ("="):rep(3 - #group)
  end)
  return "Q1" .. text
end

return shell

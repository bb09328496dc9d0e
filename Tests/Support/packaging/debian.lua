-- Files of packages, taken from the programs that Debian has installed on this machine.
local shell = require "packaging.shell"

local debian = {}

local function facts(paths)
  local quoted = {}
  for at, path in ipairs(paths) do quoted[at] = shell.quote(path) end
  local text = shell.output("stat -c '%f %n' -- " .. table.concat(quoted, " "))
  local modes = {}
  for mode, path in text:gmatch("(%x+) ([^\n]+)\n") do modes[path] = tonumber(mode, 16) end
  return modes
end

local function entry(path, mode)
  local kind = mode & 0xf000
  if kind == 0x8000 then return { source = path, mode = mode & 0xfff } end
  if kind == 0xa000 then
    return { link = shell.output("readlink -n -- " .. shell.quote(path)) }
  end
end

--- The named programs, at the paths that they have here.
function debian.programs(paths)
  local files = {}
  local modes = facts(paths)
  for _, path in ipairs(paths) do
    if not modes[path] then error("not installed here: " .. path, 0) end
    files[path:sub(2)] = entry(path, modes[path])
  end
  return files
end

--- What a Debian package holds below the given directories. dpkg lists a path as the package has it,
--- where /bin, /sbin and /lib are directories of their own, as they are on Alpine.
function debian.package(name, prefixes)
  local paths = {}
  for path in shell.output("dpkg -L " .. shell.quote(name)):gmatch("[^\n]+") do
    for _, prefix in ipairs(prefixes) do
      if path:sub(1, #prefix) == prefix then
        paths[#paths + 1] = path
        break
      end
    end
  end
  local files = {}
  for path, mode in pairs(facts(paths)) do files[path:sub(2)] = entry(path, mode) end
  return files
end

return debian

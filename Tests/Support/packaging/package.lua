-- One package: from its description to its index entry and its archive.
local archive = require "packaging.archive"
local shell = require "packaging.shell"

local package_ = {}

local known = {}
for field in ([[name version depends provides install_if priority size origin summary files scripts
  triggers replaces license]]):gmatch("%S+") do
  known[field] = true
end

local scripts = {
  "pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-deinstall", "post-deinstall",
  "trigger",
}

local function member(path, file)
  if type(file) == "string" then file = { text = file } end
  if path:sub(-1) == "/" then
    return { path = path:sub(1, -2), kind = "directory", mode = file.mode or 493 }
  elseif file.link then
    return { path = path, kind = "link", mode = 511, target = file.link }
  end
  return { path = path, kind = "file", mode = file.mode or 420, text = file.text, source = file.source }
end

--- The members of the data part: directories before what is in them, in byte order.
local function members(files)
  local list, seen = {}, {}
  for path, file in pairs(files) do
    local entry = member(path, file)
    list[#list + 1] = entry
    seen[entry.path] = true
  end
  for at = 1, #list do
    local parent = list[at].path:match("^(.*)/")
    while parent and not seen[parent] do
      seen[parent] = true
      list[#list + 1] = { path = parent, kind = "directory", mode = 493 }
      parent = parent:match("^(.*)/")
    end
  end
  -- A directory's files come before its directories, as in apk's database.
  local function key(entry)
    local directory, name = entry.path:match("^(.*)/([^/]*)$")
    if not directory then directory, name = "", entry.path end
    if entry.kind == "directory" then return entry.path .. "\1" end
    return directory .. "\1" .. name
  end
  local keys = {}
  for _, entry in ipairs(list) do keys[entry] = key(entry) end
  table.sort(list, function(a, b) return keys[a] < keys[b] end)
  return list
end

--- Checks a description and completes it.
function package_.new(description)
  for field in pairs(description) do
    if not known[field] then error("unknown field in a package: " .. tostring(field), 0) end
  end
  assert(description.name and description.version, "a package needs a name and a version")
  local self = setmetatable({}, { __index = description })
  self.members = members(description.files or {})
  self.file = description.name .. "-" .. description.version
  return self
end

--- Writes inline texts down for the checksum program; returns every path to be summed.
function package_.sources(self, scratch, next_number)
  local paths = {}
  for _, entry in ipairs(self.members) do
    if entry.kind ~= "directory" then
      if entry.source then
        entry.text = shell.read(entry.source)
      else
        entry.source = scratch .. "/text" .. next_number()
        shell.write(entry.source, entry.text or entry.target)
      end
      paths[#paths + 1] = entry.source
    end
  end
  return paths
end

--- The part of an installed package's record that lists its files.
local function contents(self)
  local lines, directory = {}, nil
  local function enter(path)
    if path ~= directory then lines[#lines + 1] = "F:" .. path end
    directory = path
  end
  for _, entry in ipairs(self.members) do
    if entry.kind == "directory" then
      enter(entry.path)
      if entry.mode ~= 493 then lines[#lines + 1] = string.format("M:0:0:%o", entry.mode) end
    else
      local parent, name = entry.path:match("^(.*)/([^/]*)$")
      enter(parent or "")
      lines[#lines + 1] = "R:" .. (name or entry.path)
      if entry.mode ~= 420 then lines[#lines + 1] = string.format("a:0:0:%o", entry.mode) end
      lines[#lines + 1] = "Z:" .. shell.q1(entry.sha1)
    end
  end
  return table.concat(lines, "\n") .. (#lines > 0 and "\n" or "")
end

local function size(self)
  if self.size then return self.size end
  local sum = 0
  for _, entry in ipairs(self.members) do
    if entry.kind == "file" then sum = sum + (#entry.text + 4095) // 4096 * 4096 end
  end
  return sum
end

--- The data part as a tar archive, with the `sha1` of members in it where apk reads them.
function package_.data(self, plain)
  local parts = {}
  for at, entry in ipairs(self.members) do parts[at] = archive.member(entry, plain) end
  parts[#parts + 1] = archive.ending()
  return table.concat(parts)
end

--- The control part. `datahash` is the SHA-256 of the data part; `plain` adds the list of contents
--- that the stand-in reads instead of pax headers.
function package_.control(self, datahash, plain)
  local info = {
    "pkgname = " .. self.name, "pkgver = " .. self.version, "pkgdesc = " .. (self.summary or self.name),
    "url = https://example.org/", "builddate = 1700000000", "packager = nobody",
    "size = " .. size(self), "arch = x86_64", "origin = " .. (self.origin or self.name),
    "license = " .. (self.license or "none"), "datahash = " .. datahash,
  }
  local function add(key, words)
    for word in (words or ""):gmatch("%S+") do info[#info + 1] = key .. " = " .. word end
  end
  add("depend", self.depends)
  add("provides", self.provides)
  add("replaces", self.replaces)
  if self.install_if then info[#info + 1] = "install_if = " .. self.install_if end
  if self.priority then info[#info + 1] = "provider_priority = " .. self.priority end
  if self.triggers then info[#info + 1] = "triggers = " .. self.triggers end
  local text = table.concat(info, "\n") .. "\n"
  local parts = { archive.member { path = ".PKGINFO", kind = "file", mode = 420, text = text } }
  if plain then
    local list = contents(self)
    parts[#parts + 1] = archive.member { path = ".CONTENTS", kind = "file", mode = 420, text = list }
  end
  for _, name in ipairs(scripts) do
    local script = self.scripts and self.scripts[name]
    if script then
      local text = script:match("^#!") and script or "#!/bin/sh\n" .. script
      parts[#parts + 1] = archive.member { path = "." .. name, kind = "file", mode = 493, text = text }
    end
  end
  return table.concat(parts)
end

--- The entry for APKINDEX, the same letters as in the installed database.
function package_.entry(self, checksum, archive_size)
  local lines = {
    "C:" .. checksum, "P:" .. self.name, "V:" .. self.version, "A:x86_64", "S:" .. archive_size,
    "I:" .. size(self), "T:" .. (self.summary or self.name), "U:https://example.org/", "L:" .. (self.license or "none"),
    "o:" .. (self.origin or self.name), "m:nobody", "t:1700000000",
  }
  local function add(key, value)
    if value then lines[#lines + 1] = key .. ":" .. value end
  end
  add("k", self.priority)
  add("D", self.depends)
  add("p", self.provides)
  add("i", self.install_if)
  return table.concat(lines, "\n") .. "\n"
end

return package_

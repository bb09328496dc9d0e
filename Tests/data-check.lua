-- Checks the catalogs and fixtures under stdlib: types, names, dependencies, links, paths.
--
--   lua5.4 Tests/data-check.lua        from the root of the repository; exit 1 when there is a finding
--
-- It reads the tables by itself and shares no code with alpod's own loader. The formats are described at the top of
-- stdlib/catalog/common-base.lua and stdlib/fixtures/alpine-3.20.lua.

local findings = 0

local function finding(where, ...)
  findings = findings + 1
  io.stderr:write(where, ": ", string.format(...), "\n")
end

local function sorted(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b) return tostring(a) < tostring(b) end)
  return names
end

local function contains(list, wanted)
  for _, item in ipairs(list or {}) do
    if item == wanted then
      return true
    end
  end
  return false
end

-- Loading ------------------------------------------------------------------------------------------------------------

-- As a plugin's sandbox would: an empty environment, so that nothing but constructors, locals and concatenation works.
local function load_table(path)
  local file = io.open(path, "rb")
  if not file then
    finding(path, "is missing")
    return nil
  end
  local source = file:read("a")
  file:close()
  local lines = select(2, source:gsub("\n", "\n"))
  if lines > 400 then
    finding(path, "has %d lines, more than 400", lines)
  end
  if source:find("%f[%w_]function%f[^%w_]") or source:find("%f[%w_]require%f[^%w_]") then
    finding(path, "holds more than data")
  end
  local chunk, reason = load(source, "@" .. path, "t", {})
  if not chunk then
    finding(path, "%s", reason)
    return nil
  end
  local ok, result = pcall(chunk)
  if not ok then
    finding(path, "%s", result)
    return nil
  end
  if type(result) ~= "table" then
    finding(path, "returns a %s, not a table", type(result))
    return nil
  end
  return result
end

local function names_in(directory)
  local names = {}
  local listing = assert(io.popen("ls " .. directory))
  for name in listing:lines() do
    local stem = name:match("^(.*)%.lua$")
    if stem then
      names[#names + 1] = stem
    end
  end
  listing:close()
  return names
end

-- Fields -------------------------------------------------------------------------------------------------------------

-- The type of each field; "list" is a table of strings counted from 1.
local catalog_fields = { release = "string", base = "string or list", packages = "table", brings_nothing = "list" }
local package_fields = {
  version = "string",
  repository = "string",
  size = "integer",
  depends = "list",
  provides = "list",
  provider_priority = "integer",
  install_if = "list",
  files = "table",
}
local fixture_fields = {
  summary = "string",
  base = "string",
  release = "string",
  versions = "table",
  world = "list",
  installed = "list",
  files = "table",
  filesystems = "table",
  network = "boolean",
  offline = "boolean",
}
local file_fields = {
  content = "string",
  sketch = "boolean",
  caps = "string",
  mode = "string",
  owner = "string",
  group = "string",
  link = "string",
  dangling = "boolean",
  dir = "boolean",
  device = "string",
  major = "integer",
  minor = "integer",
}

local function is_list(value)
  if type(value) ~= "table" then
    return false
  end
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  for index = 1, count do
    if type(value[index]) ~= "string" then
      return false
    end
  end
  return true
end

local function has_type(value, wanted)
  if wanted == "list" then
    return is_list(value)
  elseif wanted == "string or list" then
    return type(value) == "string" or is_list(value)
  elseif wanted == "integer" then
    return math.type(value) == "integer" and value >= 0
  end
  return type(value) == wanted
end

local function check_fields(where, value, fields)
  if type(value) ~= "table" then
    finding(where, "is a %s, not a table", type(value))
    return false
  end
  local right = true
  for key, field in pairs(value) do
    if not fields[key] then
      finding(where, "has an unknown field %s", tostring(key))
      right = false
    elseif not has_type(field, fields[key]) then
      finding(where, "the field %s is no %s", key, fields[key])
      right = false
    end
  end
  return right
end

local function check_path(where, path)
  if type(path) ~= "string" or path:sub(1, 1) ~= "/" then
    finding(where, "%s is no absolute path", tostring(path))
  elseif path ~= "/" and (path:find("//", 1, true) or path:sub(-1) == "/") then
    finding(where, "%s is not normalised", path)
  else
    for part in path:gmatch("[^/]+") do
      if part == "." or part == ".." then
        finding(where, "%s is not normalised", path)
      end
    end
  end
end

local function check_file(where, file, allowed)
  if not check_fields(where, file, file_fields) then
    return
  end
  local kinds = (file.link and 1 or 0) + (file.dir and 1 or 0) + (file.device and 1 or 0)
  if kinds > 1 or (kinds == 1 and (file.content or file.sketch)) then
    finding(where, "is more than one kind of file")
  end
  for _, field in ipairs({ "sketch", "caps", "dangling", "device" }) do
    if file[field] ~= nil and not allowed[field] then
      finding(where, "%s has no place here", field)
    end
  end
  if file.mode and (not file.mode:match("^[0-7][0-7][0-7][0-7]?$") or file.link) then
    finding(where, "the mode %s is wrong", file.mode)
  end
  if file.sketch and not file.content then
    finding(where, "is a sketch without content")
  end
  if file.device then
    if (file.device ~= "c" and file.device ~= "b") or not file.major or not file.minor then
      finding(where, "is no whole device")
    end
  elseif file.major or file.minor then
    finding(where, "has a device number and is no device")
  end
  if allowed.numbers_only then
    for _, field in ipairs({ "owner", "group" }) do
      local name = file[field]
      if name and name ~= "root" and not name:match("^%d+$") then
        finding(where, "%s %s: a package's files belong to root or a number", field, name)
      end
    end
  end
end

-- Catalogs -----------------------------------------------------------------------------------------------------------

local catalog_files = {}

local function catalog_file(name)
  if catalog_files[name] == nil then
    local path = "stdlib/catalog/" .. name .. ".lua"
    local data = load_table(path)
    if data and check_fields(path, data, catalog_fields) then
      for package, fields in pairs(data.packages or {}) do
        local where = path .. ": " .. tostring(package)
        if check_fields(where, fields, package_fields) then
          for file_path, file in pairs(fields.files or {}) do
            check_path(where, file_path)
            if file ~= false then
              check_file(where .. " " .. tostring(file_path), file, { sketch = true, caps = true, numbers_only = true })
            end
          end
        end
      end
      catalog_files[name] = data
    else
      catalog_files[name] = {}
    end
  end
  return catalog_files[name]
end

local function merge_catalog(name, into)
  local data = catalog_file(name)
  local bases = data.base or {}
  for _, base in ipairs(type(bases) == "string" and { bases } or bases) do
    merge_catalog(base, into)
  end
  for package, fields in pairs(data.packages or {}) do
    local merged = into.packages[package] or { files = {} }
    into.packages[package] = merged
    for key, value in pairs(fields) do
      if key == "files" then
        for path, file in pairs(value) do
          merged.files[path] = file or nil
        end
      else
        merged[key] = value
      end
    end
  end
  for _, known in ipairs(data.brings_nothing or {}) do
    into.brings_nothing[known] = true
  end
  return into
end

-- Who answers to a name: the package itself, then its providers, the highest priority first.
local function providers(catalog, name)
  local found = {}
  for _, package in ipairs(sorted(catalog.packages)) do
    if package ~= name and contains(catalog.packages[package].provides, name) then
      found[#found + 1] = package
    end
  end
  table.sort(found, function(a, b)
    local first = catalog.packages[a].provider_priority or 0
    local second = catalog.packages[b].provider_priority or 0
    return first == second and a < b or first > second
  end)
  if catalog.packages[name] then
    table.insert(found, 1, name)
  end
  return found
end

local function are_alternatives(catalog, one, other)
  local first, second = catalog.packages[one], catalog.packages[other]
  if contains(first.provides, other) or contains(second.provides, one) then
    return true
  end
  return contains(first.depends, "!" .. other) or contains(second.depends, "!" .. one)
end

local function check_catalog(name)
  local catalog = merge_catalog(name, { packages = {}, brings_nothing = {} })
  local where = "stdlib/catalog/" .. name .. ".lua"
  catalog.release = catalog_file(name).release
  for package, fields in pairs(catalog.packages) do
    if not fields.version then
      catalog.packages[package] = nil
    end
  end

  local owners, count = {}, 0
  for _, package in ipairs(sorted(catalog.packages)) do
    local fields = catalog.packages[package]
    local here = where .. ": " .. package
    if not package:match("^[%w_][%w._+-]*$") then
      finding(here, "is no name of a package")
    end
    if not fields.version:match("^%d[%w._]*%-r%d+$") then
      finding(here, "%s is no version as apk writes it", fields.version)
    end
    if fields.repository and fields.repository ~= "main" and fields.repository ~= "community" then
      finding(here, "there is no repository %s", fields.repository)
    end
    for _, needed in ipairs(fields.depends or {}) do
      local plain = needed:match("^!?(.*)$")
      if plain:find("[<>=~]") then
        finding(here, "the dependency %s has a version", needed)
      elseif needed:sub(1, 1) ~= "!" and #providers(catalog, needed) == 0 then
        finding(here, "nothing provides %s", needed)
      end
    end
    for _, wanted in ipairs(fields.install_if or {}) do
      if #providers(catalog, wanted) == 0 then
        finding(here, "install_if names %s, which nothing provides", wanted)
      end
    end
    if fields.repository ~= "community" then
      for _, needed in ipairs(fields.depends or {}) do
        local first = providers(catalog, needed)[1]
        if first and catalog.packages[first].repository == "community" then
          finding(here, "is in main and needs %s of community", first)
        end
      end
    end
    if catalog.brings_nothing[package] then
      finding(here, "is described and listed in brings_nothing")
    end
    for path, file in pairs(fields.files) do
      count = count + 1
      local other = owners[path]
      if other and not file.dir and not are_alternatives(catalog, package, other) then
        finding(here, "%s is also a file of %s", path, other)
      end
      owners[path] = package
    end
  end
  return catalog, count
end

-- Trees --------------------------------------------------------------------------------------------------------------

local function parent(path) return path:match("^(.*)/[^/]+$") end

-- A path with every link on its way followed; nil and where it got lost when something is missing.
local function resolve(tree, path, depth)
  if depth > 40 then
    return nil, path
  end
  local place = ""
  for part in path:gmatch("[^/]+") do
    if part == ".." then
      place = parent(place) or ""
    elseif part ~= "." then
      place = place .. "/" .. part
      local node = tree[place]
      if not node then
        return nil, place
      elseif node.link then
        local target = node.link:sub(1, 1) == "/" and node.link or parent(place) .. "/" .. node.link
        local reached, lost = resolve(tree, target, depth + 1)
        if not reached then
          return nil, lost
        end
        place = reached
      end
    end
  end
  return place
end

local function add_parents(where, tree)
  for _, path in ipairs(sorted(tree)) do
    local up = parent(path)
    while up and up ~= "" do
      local node = tree[up]
      if not node then
        tree[up] = { dir = true, implied = true }
      elseif not node.dir and not node.link then
        finding(where, "%s lies below %s, which is no directory", path, up)
        break
      end
      up = parent(up)
    end
  end
end

local function check_links(where, tree)
  for _, path in ipairs(sorted(tree)) do
    local node = tree[path]
    if node.link then
      local reached, lost = resolve(tree, path, 0)
      if node.dangling and reached then
        finding(where, "%s is said to dangle and leads to %s", path, reached)
      elseif not node.dangling and not reached and lost:sub(1, 6) ~= "/proc/" then
        finding(where, "%s leads to %s, and %s is missing", path, node.link, lost)
      end
    end
  end
end

-- Fixtures -----------------------------------------------------------------------------------------------------------

local fixture_files = {}

local function fixture(name)
  if fixture_files[name] == nil then
    local path = "stdlib/fixtures/" .. name .. ".lua"
    local data = load_table(path)
    fixture_files[name] = data and check_fields(path, data, fixture_fields) and data or {}
    for file_path, file in pairs(fixture_files[name].files or {}) do
      local where = path .. ": " .. tostring(file_path)
      check_path(path, file_path)
      if type(file) == "table" then
        check_file(where, file, { dangling = true, device = true })
        if not file.content and not file.link and not file.dir and not file.device then
          finding(where, "has no content")
        end
      elseif type(file) ~= "string" and file ~= false then
        finding(where, "is a %s", type(file))
      end
    end
  end
  return fixture_files[name]
end

local function merge_fixture(name, into)
  local data = fixture(name)
  if data.base then
    merge_fixture(data.base, into)
  end
  for key, value in pairs(data) do
    if key == "files" or key == "filesystems" then
      for path, entry in pairs(value) do
        into[key][path] = entry
      end
    else
      into[key] = value
    end
  end
  return into
end

-- The packages that a world brings, as apk would choose them.
local function closure(where, catalog, wanted)
  local installed = {}
  local function satisfied(name)
    for _, provider in ipairs(providers(catalog, name)) do
      if installed[provider] then
        return true
      end
    end
    return false
  end
  local function install(name, why)
    if satisfied(name) then
      return
    end
    local chosen = providers(catalog, name)[1]
    if not chosen then
      finding(where, "%s names %s, which release %s does not have", why, name, catalog.release)
      return
    end
    installed[chosen] = true
    for _, needed in ipairs(catalog.packages[chosen].depends or {}) do
      if needed:sub(1, 1) ~= "!" then
        install(needed, chosen)
      end
    end
  end
  -- What the world names comes before what somebody else would choose for a name.
  for _, name in ipairs(wanted) do
    if catalog.packages[name] then
      install(name, "world")
    end
  end
  for _, name in ipairs(wanted) do
    install(name, "world")
  end
  local changed = true
  while changed do
    changed = false
    for _, package in ipairs(sorted(catalog.packages)) do
      local fields = catalog.packages[package]
      if fields.install_if and not installed[package] then
        local all = true
        for _, name in ipairs(fields.install_if) do
          all = all and satisfied(name)
        end
        if all then
          install(package, package)
          changed = true
        end
      end
    end
  end
  return installed
end

local function accounts(text)
  local names = {}
  for line in (text or ""):gmatch("[^\n]+") do
    local name, number = line:match("^([^:]+):[^:]*:(%d+):")
    if name then
      names[name] = number
    end
  end
  return names
end

local function check_owners(where, tree)
  local users = accounts((tree["/etc/passwd"] or {}).content)
  local groups = accounts((tree["/etc/group"] or {}).content)
  for _, path in ipairs(sorted(tree)) do
    local node = tree[path]
    for field, known in pairs({ owner = users, group = groups }) do
      local name = node[field]
      if name and not name:match("^%d+$") and not known[name] then
        finding(where, "%s belongs to the %s %s, whom nobody knows", path, field, name)
      end
    end
    local owner = path:match("^/home/([^/]+)")
    if owner and users[owner] and not (node.owner == owner or node.owner == users[owner]) then
      finding(where, "%s is not %s's own", path, owner)
    end
  end
  for line in (tree["/etc/passwd"] or { content = "" }).content:gmatch("[^\n]+") do
    local name, uid, gid = line:match("^([^:]+):[^:]*:(%d+):(%d+):[^:]*:[^:]*:[^:]+$")
    if not name then
      finding(where, "/etc/passwd: %s", line)
    elseif tonumber(uid) >= 1000 and name ~= "nobody" and groups[name] ~= gid then
      finding(where, "/etc/passwd: %s has no group of its own", name)
    end
  end
end

-- What a live machine says in several places has to agree.
local function check_facts(where, machine, tree)
  local info = tree["/proc/self/mountinfo"]
  if info then
    local kinds = {}
    for line in info.content:gmatch("[^\n]+") do
      local point, kind = line:match("^%d+ %d+ %d+:%d+ %S+ (%S+) %S+.- %- (%S+) %S+ %S+$")
      if not point then
        finding(where, "/proc/self/mountinfo: %s", line)
      else
        kinds[point] = kind
        if machine.filesystems[point] and machine.filesystems[point] ~= kind then
          finding(where, "%s is %s in filesystems and %s in mountinfo", point, machine.filesystems[point], kind)
        end
      end
    end
    for path, kind in pairs(machine.filesystems) do
      -- A path below a mount may be listed to say that nothing is mounted on it.
      local up = path
      while up ~= "" and not kinds[up] do
        up = parent(up) or ""
      end
      local real = kinds[up == "" and "/" or up]
      if real ~= kind then
        finding(where, "filesystems has %s on %s, mountinfo has %s", kind, path, tostring(real))
      end
    end
  end
  for _, path in ipairs(sorted(tree)) do
    local service = path:match("^/run/openrc/started/(.*)$")
    if service and not tree["/etc/init.d/" .. service] then
      finding(where, "%s is started and has no script", service)
    end
  end
  local level = tree["/run/openrc/softlevel"]
  if level and not tree["/etc/runlevels/" .. level.content:match("^%s*(.-)%s*$")] then
    finding(where, "there is no runlevel %s", level.content)
  end
  local release = tree["/proc/sys/kernel/osrelease"]
  local environment = tree["/proc/1/environ"]
  -- A container's kernel, and with it the modules, are the host's.
  if release and not (environment and environment.content:find("container=", 1, true)) then
    local directory = "/lib/modules/" .. release.content:match("^%S+")
    if not tree[directory] then
      finding(where, "the kernel runs and %s is missing", directory)
    end
  end
end

local function check_fixture(name, catalogs)
  local machine = merge_fixture(name, { files = {}, filesystems = {} })
  local where = "stdlib/fixtures/" .. name .. ".lua"
  local catalog = catalogs[machine.release or ""]
  if not fixture(name).summary then
    finding(where, "has no summary")
  end
  if not catalog then
    finding(where, "there is no catalog of release %s", tostring(machine.release))
    return 0, 0
  end
  for path, kind in pairs(machine.filesystems) do
    check_path(where, path)
    if type(kind) ~= "string" then
      finding(where, "%s has a file system of type %s", path, type(kind))
    end
  end

  local wanted = {}
  for _, list in ipairs({ machine.world or {}, machine.installed or {} }) do
    for _, entry in ipairs(list) do
      if #providers(catalog, entry) == 0 then
        finding(where, "%s is in no package of release %s", entry, machine.release)
      end
      wanted[#wanted + 1] = entry
    end
  end
  local installed = closure(where, catalog, wanted)

  local tree = {}
  for _, package in ipairs(sorted(installed)) do
    for path, file in pairs(catalog.packages[package].files) do
      tree[path] = file
    end
  end
  for path, file in pairs(machine.files) do
    if file == false then
      tree[path] = nil
    else
      tree[path] = type(file) == "string" and { content = file } or file
    end
  end
  add_parents(where, tree)
  check_links(where, tree)
  check_owners(where, tree)
  check_facts(where, machine, tree)
  return #sorted(installed), #sorted(tree)
end

-- All of it ----------------------------------------------------------------------------------------------------------

local catalogs = {}
for _, name in ipairs(names_in("stdlib/catalog")) do
  local data = catalog_file(name)
  if data.release then
    local catalog, files = check_catalog(name)
    catalogs[data.release] = catalog
    if name ~= "alpine-" .. data.release then
      finding("stdlib/catalog/" .. name .. ".lua", "is of release %s by its content", data.release)
    end
    print(string.format("catalog %-16s %4d packages %5d files", name, #sorted(catalog.packages), files))
  end
end
for _, name in ipairs(names_in("stdlib/fixtures")) do
  local packages, paths = check_fixture(name, catalogs)
  print(string.format("fixture %-16s %4d packages %5d paths", name, packages, paths))
end
print(findings == 0 and "nothing to complain about" or findings .. " findings")
os.exit(findings == 0 and 0 or 1)

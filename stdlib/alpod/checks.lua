--- What checks of several plugins look for: signs that something known is wrong, each told as `alpod explain` tells it.
local symptoms = require("alpod.symptoms")
local template = require("alpod.template")
local version = require("alpod.version")

local checks = {}

--- The entries of a map as KEY=VALUE, in order.
local function entries(map)
  local all = {}
  for key, value in pairs(map) do
    all[#all + 1] = key .. "=" .. tostring(value)
  end
  table.sort(all)
  return all
end

--- The command that runs a plugin with the options that it was given: those of these names that have a value.
---@param plugin string
---@param opt table<string, any>
---@param names string[]
---@return string
function checks.command(plugin, opt, names)
  local words = { "alpod run " .. plugin }
  for _, name in ipairs(names) do
    local value = opt[name]
    local items = type(value) ~= "table" and { value } or #value > 0 and value or entries(value)
    for _, item in ipairs(items) do
      local text = tostring(item)
      words[#words + 1] = "--set " .. name .. "=" .. (text:match("^[%w%.%-_/:@,=]+$") and text or template.escapes.shell(text))
    end
  end
  return table.concat(words, " ")
end

--- Calls a function of the host; what its complaint says about a line of `file`, a pattern, comes back as "FILE:LINE" and
--- the number.
local function try(file, call, ...)
  local ok, result = pcall(call, ...)
  if ok then
    return result
  end
  local place, line = tostring(result):match("(" .. file .. ":(%d+))")
  if not place then
    error(result, 0)
  end
  return nil, place, line
end

--- Whether packages can be looked at, and what upgrades left lying about.
---@return boolean
function checks.packages(host, report)
  local _, place, line = try("/etc/apk/world", host.apk.get, "busybox")
  if place then
    report.failed(symptoms.found("malformed-world", {
      evidence = place,
      fix = ("sed -i %sd /etc/apk/world"):format(line),
    }))
    return false
  end
  local process = host.apk.busy()
  if process then
    report.note(symptoms.found("locked-database", {
      text = "apk is at work, and nobody else can change packages until it ends",
      evidence = "/proc/" .. process,
      fix = "wait for process " .. process .. " to end",
    }))
  end
  -- One package that cannot be had keeps apk from changing anything.
  for _, name in ipairs(host.apk.missing()) do
    report.failed(symptoms.found("unselectable", {
      text = name .. " stands in /etc/apk/world and is not installed",
      evidence = "/etc/apk/world",
      fix = "apk add " .. name .. ", or, where it can no longer be had: apk del " .. name,
    }))
  end
  for _, name in ipairs(host.file.list("/etc/containers") or {}) do
    if name:match("%.apk%-new$") then
      report.note(symptoms.found("pending-configuration", {
        evidence = "/etc/containers/" .. name,
        fix = "rm /etc/containers/" .. name,
      }))
    end
  end
  return true
end

--- Whether the kernel that runs is the one whose modules are there.
function checks.kernel(host, report)
  local machine = host.machine.get()
  local tun, fuse = host.module.get("tun"), host.module.get("fuse")
  if machine.openrc and not machine.container and tun.loadable == false and not (tun.present and fuse.present) then
    report.failed(symptoms.found("other-kernel", { evidence = "/lib/modules" }))
  end
end

local used = { cpu = true, cpuset = true, io = true, memory = true, pids = true }

--- Control groups: mounted as podman wants them, and handed down.
function checks.control_groups(host, report)
  local machine, cgroups = host.machine.get(), host.cgroup.get()
  if machine.offline or machine.container or not machine.openrc then
    return
  elseif not machine.booted and cgroups.mounted ~= "unified" then
    report.note(symptoms.found("no-openrc", { evidence = "/run/openrc/softlevel" }))
  end
  -- What podman limits containers by; a kernel or a host may well keep the others.
  local missing = {}
  for _, name in ipairs(cgroups.withheld) do
    if used[name] then
      missing[#missing + 1] = name
    end
  end
  if cgroups.mounted == "unified" and #missing > 0 then
    report.failed(symptoms.found("no-controller", {
      evidence = "/sys/fs/cgroup/cgroup.subtree_control lacks " .. table.concat(missing, ", "),
      fix = "rc-service cgroups restart",
    }))
  end
end

local function includes(list, wanted)
  for _, item in ipairs(list) do
    if item == wanted then
      return true
    end
  end
  return false
end

--- The subordinate ids of a user; false when there is nothing more to ask about them.
local function subordinate_ids(host, opt, report)
  local ids, place, line = try("/etc/sub[ug]id", host.subid.get, opt.user)
  if not ids and not place then
    return false
  elseif place then
    report.failed(symptoms.found("malformed-subids", {
      evidence = place,
      fix = ("sed -i %sd %s"):format(line, (place:gsub(":%d+$", ""))),
    }))
    return false
  end
  local told = {}
  for _, problem in ipairs(ids.problems) do
    -- Both files are most often wrong in the same way.
    if not told[problem.symptom] then
      report.failed(symptoms.found(problem.symptom, { evidence = problem.evidence, user = opt.user }))
      told[problem.symptom] = true
    end
  end
  local total = { users = 0, groups = 0 }
  for kind in pairs(total) do
    for _, range in ipairs(ids[kind]) do
      total[kind] = total[kind] + range.count
    end
  end
  local file = total.users == 0 and "/etc/subuid" or "/etc/subgid"
  if next(told) then
    return false
  elseif total.users == 0 or total.groups == 0 then
    report.failed(symptoms.found("no-subids", { evidence = file, user = opt.user }))
    return false
  elseif total.users < opt.count or total.groups < opt.count then
    report.failed(symptoms.found("few-ids", {
      text = opt.user .. " has fewer subordinate ids than it should have",
      evidence = file,
      user = opt.user,
    }))
    return false
  end
  report.ok(opt.user .. " has " .. total.users .. " subordinate user ids and " .. total.groups .. " group ids")
  return true
end

--- The programs that lend the right to use subordinate ids.
local function helpers(host, opt, report)
  for _, path in ipairs({ "/usr/bin/newuidmap", "/usr/bin/newgidmap" }) do
    local helper = host.file.get(path)
    if not helper then
      report.failed(symptoms.found("no-newuidmap", { evidence = path, user = opt.user }))
      return
    end
    local place = host.filesystem.get(path)
    if place and includes(place.options, "nosuid") then
      report.failed(symptoms.found("powerless-newuidmap", {
        evidence = path .. " lies on a file system that is mounted nosuid",
        fix = "mount -o remount,suid " .. (place.mount or "/usr"),
      }))
      return
    elseif tonumber(helper.mode, 8) & 0xC00 == 0 and not helper.capable then
      report.failed(symptoms.found("powerless-newuidmap", {
        evidence = path .. " has the mode " .. helper.mode,
        fix = "alpod run rootless --user " .. opt.user,
      }))
      return
    end
  end
end

--- Whether a user has a home to write in: podman makes none.
---@return boolean
local function home(host, user, report)
  local found = host.file.get(user.home)
  local mode = found and tonumber(found.mode, 8)
  local is_in = found and includes(user.groups, found.group)
  -- Where a link leads, podman is to look.
  if found and (found.kind == "link" or found.owner == user.uid or mode & (is_in and 0x12 or 2) ~= 0) then
    return true
  end
  local place = template.escapes.shell(user.home)
  report.failed(symptoms.found("no-home", {
    text = found and user.home .. ", " .. user.name .. "'s home, belongs to somebody else"
      or user.home .. ", " .. user.name .. "'s home, is not there",
    evidence = user.home,
    fix = user.home:match("^/home/.") and (found and "" or "mkdir -p " .. place .. " && ") .. "chown " .. user.name .. ": " .. place
      or "give " .. user.name .. " a home: the last but one field of the user's line in /etc/passwd",
  }))
  return false
end

--- Whether podman can read a settings file of a user's; most users have none, and then nothing has to be read by it.
---@return boolean
local function settings(file, text, report)
  local is_toml, reason = pcall(text and require("alpod.toml").get or tostring, text, "")
  if not is_toml then
    report.failed(symptoms.found("malformed-settings", {
      text = file .. " is no TOML: " .. reason,
      evidence = file .. ":" .. (reason:match("line (%d+)") or "1"),
      fix = "correct it, or do without: rm " .. template.escapes.shell(file),
    }))
  end
  return is_toml
end

--- Podman before 4.3 starts no container where it is told of ids to keep.
local function keep_ids(host, file, text, report)
  local number = 0
  for line in (text or ""):gmatch("([^\n]*)\n?") do
    number = number + 1
    if line:match("^%s*userns%s*=%s*[\"']keep%-id:") then
      report.failed(symptoms.found("old-keep-id", { evidence = file .. ":" .. number, fix = ("sed -i %dd %s"):format(number, file) }))
    end
  end
end

--- Everything that keeps a user from running containers.
function checks.rootless(host, opt, report)
  local user = host.user.get({ name = opt.user, required = true })
  local machine = host.machine.get()
  local podman = host.apk.get("podman")
  if not podman then
    return -- which is told by whoever installs it
  end
  local has_home = home(host, user, report)
  local are_fine = subordinate_ids(host, opt, report)
  helpers(host, opt, report)
  local session = are_fine and host.podman.get(opt.user) or { same = true }
  if not session.same then
    report.failed(symptoms.found("few-ids", {
      text = opt.user .. "'s podman still works with the id map from before",
      evidence = "the user's pause process",
      user = opt.user,
    }))
  end
  if session.stray then
    report.note(symptoms.found("other-group", {
      text = "a shell of " .. opt.user .. "'s works with another group than the user's own, and podman does not start from it",
      evidence = "/proc/" .. session.stray,
      fix = "leave the shell with the process number " .. session.stray .. ", or log in again",
    }))
  end
  if session.copying then
    report.note(symptoms.found("slow-keep-id", {
      evidence = "/proc/" .. session.copying,
      fix = "wait for process " .. session.copying .. " to end, once for each image",
    }))
  end
  local conf = host.home.read({ user = opt.user, path = ".config/containers/containers.conf" })
  local conf_path = user.home .. "/.config/containers/containers.conf"
  if settings(conf_path, conf, report) and not version.at_least(podman.version, "4.3") then
    keep_ids(host, "/etc/containers/containers.conf", host.file.read("/etc/containers/containers.conf"), report)
    keep_ids(host, conf_path, conf, report)
  end

  for _, name in ipairs({ "tun", "fuse" }) do
    local module = host.module.get(name)
    if module.present and name == "tun" and module.open == false then
      report.failed(symptoms.found("closed-tun", { evidence = "/dev/net/tun" }))
    elseif module.present then
      report.ok("the kernel has " .. name)
    elseif machine.container and module.present == false then
      report.note("the module " .. name .. " is for the host of this container (" .. machine.container .. ") to load")
    elseif module.present == false and module.loadable == false and machine.openrc then
      -- which is told by whoever looks at the kernel
    elseif module.present == false and module.boot then
      report.later("the module " .. name .. " is loaded at the next boot", "reboot, then: alpod doctor")
    elseif module.present == false and module.loadable ~= false then
      report.failed(symptoms.found(name == "tun" and "no-tun" or "no-overlay", {
        text = "the kernel has not loaded " .. name,
        evidence = "/proc/modules",
        user = opt.user,
        fix = "alpod run rootless --user " .. opt.user,
      }))
    end
  end

  local root = host.mount.get("/")
  if root and root.shared then
    report.ok("/ is a shared mount")
  elseif root and root.shared == false then
    report.failed(symptoms.found("private-mounts", { evidence = "/proc/self/mountinfo", user = opt.user }))
  end

  local runtime = host.file.get("/run/user/" .. user.uid)
  if runtime and (runtime.owner ~= user.uid or runtime.mode ~= "0700") then
    report.failed(symptoms.found("runtime-dir", {
      evidence = "/run/user/" .. user.uid,
      fix = ("chown %s /run/user/%d && chmod 0700 /run/user/%d"):format(user.name, user.uid, user.uid),
    }))
  end

  local storage = host.storage.get({ user = opt.user })
  for _, name in ipairs(storage.limited) do
    report.note(symptoms.found("no-limits", { evidence = "the container " .. name }))
  end

  for _, name in ipairs(storage.unfinished) do
    report.failed(symptoms.found("distrobox-failed", {
      text = "the container " .. name .. " of distrobox did not finish its set-up",
      evidence = "podman logs " .. name .. ", as " .. user.name,
      fix = ("su - %s -c 'distrobox rm --force %s', and make it anew"):format(user.name, name),
    }))
  end

  local own = host.home.read({ user = opt.user, path = ".config/containers/storage.conf" })
  local toml = settings(user.home .. "/.config/containers/storage.conf", own, report) and own and require("alpod.toml")
  local graph = toml and toml.get(own, "storage.graphroot")
  local run = toml and toml.get(own, "storage.runroot")
  if tostring(graph):match("^/var/lib/containers") or tostring(run):match("^/run/containers") then
    report.failed(symptoms.found("roots-storage", {
      evidence = user.home .. "/.config/containers/storage.conf",
      fix = "rm " .. user.home .. "/.config/containers/storage.conf",
    }))
  elseif storage.blocked and has_home then
    -- What is neither above the home nor for everybody is opened to nobody because a link leads there.
    local is_above = storage.blocked ~= "/root" and user.home:sub(1, #storage.blocked + 1) == storage.blocked .. "/"
    report.failed(symptoms.found("closed-directory", {
      text = not is_above and ("a link or a setting leads the storage of %s to %s, where %s may not go"):format(
        user.name, storage.root, user.name
      ) or nil,
      evidence = storage.blocked,
      fix = is_above and "chmod o+x " .. storage.blocked
        or ("see where %s/.local/share/containers leads, and storage.conf; let it be a place of %s's own"):format(user.home, user.name),
    }))
  end
end

return checks

--- Where Podman keeps images and containers, and how: the driver, its helper, the place of users' storage.

local symptoms = require("alpod.symptoms")
local toml = require("alpod.toml")

local version = require("alpod.version")

local system_file = "/etc/containers/storage.conf"
local drop_in = "/etc/containers/storage.conf.d/alpod.conf"
local helper = "/usr/bin/fuse-overlayfs"

--- File systems that the kernel stacks no overlay on.
local unstackable = { overlay = true, nfs = true, cifs = true, ["9p"] = true, ecryptfs = true }

--- The driver for a directory, with the reason for it.
local function choose(host, opt, directory)
  local kind = (host.filesystem.get(directory) or {}).type or "unknown"
  if opt.driver ~= "auto" then
    return opt.driver, "it was asked for"
  elseif kind == "btrfs" then
    return "btrfs", directory .. " lies on btrfs"
  elseif unstackable[kind] and opt.mount_program ~= "fuse-overlayfs" then
    return "vfs", directory .. " lies on " .. kind .. ", which no overlay can be stacked on"
  end
  return "overlay", directory .. " lies on " .. kind
end

--- The program that mounts overlays; nil for the kernel.
local function mounter(host, opt, directory, driver)
  if driver ~= "overlay" then
    return nil
  elseif opt.mount_program == "fuse-overlayfs" then
    return helper
  elseif opt.mount_program == "auto" then
    local kind = (host.filesystem.get(directory) or {}).type
    return unstackable[kind] and helper or nil
  end
  return nil
end

--- The file that settings go to. Until Podman 6 the first file that is found counts alone, so a new one begins as a copy.
local function settings_file(host)
  if version.at_least(host.apk.get("podman").version, "6") then
    return drop_in, host.file.read(drop_in) or ""
  end
  return system_file, host.file.read(system_file) or host.file.read("/usr/share/containers/storage.conf") or ""
end

--- Ends where podman would take the path for another one, or for none.
local function confirm_path(path)
  local start = path:match("^/[^/]") or path:match("^%$HOME/[^/]")
  if not start or path:find("[%c\"']") then
    error(('rootless_path is "%s"; it begins with / or $HOME/, goes on below that, and has no quotes'):format(path), 0)
  end
end

--- The first user who cannot have storage where a path says, with what mends it. Where users store by links and settings of
--- their own is not looked at, nor what one of them has made of a home.
local function shut_out(host, path)
  if not path:match("^/") then
    return
  end
  local above = path:match("^([^$]*)/[^/$]*%$")
  for _, name in ipairs(host.user.list()) do
    local theirs = host.storage.get({ user = name })
    local start = above or path
    local closed = theirs.blocked or theirs.unwritable
    if closed and (theirs.root .. "/"):sub(1, #start + 1) == start .. "/" then
      local reason = ("podman cannot store for %s in %s: %s "):format(name, theirs.root, closed)
      if theirs.blocked then
        return reason .. "lets no other users through", "chmod o+x " .. closed
      elseif path:match("^/[^$]") and above and closed ~= theirs.root then
        return reason .. "is not for users to write in", "install -d -m 1777 " .. above
      end
      return reason .. "is not for this user to write in", ("install -d -m 700 -o %s %s"):format(name, theirs.root)
    end
  end
end

---@type alpod.Plugin
return {
  api = 1,
  name = "storage",
  summary = "Choose how Podman stores images and containers, and where",
  description = "Podman keeps the driver that storage was begun with, so a change of it is refused as long as something is stored, unless `reset` is given.",
  requires = { "install" },
  options = {
    driver = {
      type = "enum",
      values = { "auto", "overlay", "btrfs", "vfs" },
      default = "auto",
      help = "auto: btrfs on btrfs, vfs where no overlay can be, overlay everywhere else",
    },
    mount_program = {
      type = "enum",
      values = { "auto", "fuse-overlayfs", "kernel" },
      default = "auto",
      help = "what mounts overlays; auto: the kernel, or fuse-overlayfs where an overlay is asked for and the kernel cannot",
    },
    rootless_path = {
      type = "string",
      help = "where users' storage is, with $HOME and $UID: \"/srv/containers/$UID\", where everybody may write in /srv/containers (mode 1777); below their homes when not given",
    },
    users = { type = "list", default = {}, help = "whose storage is looked at beside root's before the driver changes" },
    reset = {
      type = "boolean",
      default = false,
      help = "empty storage that was begun with another driver; all in it is lost, and --allow-loss has to name it",
    },
  },
  needs = {
    apk = { "fuse-overlayfs" },
    modules = { "fuse", "overlay" },
    files = { system_file, drop_in },
    read = { "/usr/share/containers/storage.conf" },
    podman = { "info", "reset" },
  },

  setup = function(host, opt)
    if opt.rootless_path then
      confirm_path(opt.rootless_path)
    end
    local storage = host.storage.get()
    local driver = choose(host, opt, storage.root)
    local program = mounter(host, opt, storage.root, driver)

    -- Podman goes on with the driver that storage was begun with, whatever the file says, and ends well all the same.
    local owners = { false }
    for _, user in ipairs(opt.users) do
      owners[#owners + 1] = user
    end
    for _, user in ipairs(owners) do
      local found = host.storage.get({ user = user or nil })
      if found.found and found.found ~= driver then
        -- Of a storage with nothing in it nothing can be lost.
        local is_empty = #found.containers + #found.images == 0 and found.volumes and #found.volumes == 0
        if not opt.reset and not is_empty then
          local volumes = "volumes that cannot be told"
          if found.volumes then
            volumes = #found.volumes > 0 and "the volumes " .. table.concat(found.volumes, ", ") or "no volumes"
          end
          host.machine.refuse({
            reason = ("the storage of %s (%s) was begun with %s and holds %d containers, %d images and %s; Podman keeps that driver, whatever its files say"):format(
              user or "root", found.root, found.found, #found.containers, #found.images, volumes
            ),
            advice = ("empty it with --set storage.reset=true --allow-loss %s, or stay with it: --set storage.driver=%s"):format(
              found.root, found.found
            ),
          })
        end
        host.storage.reset({ user = user or nil })
      end
    end

    local file, text = settings_file(host)
    local function edited(call, ...)
      local is_done, result = pcall(call, ...)
      if not is_done then
        host.machine.refuse({
          reason = file .. ", " .. result,
          advice = "correct " .. file .. " and run the same command again",
        })
      end
      return result
    end
    local wanted = text
    local rootless_path = edited(toml.get, text, "storage.rootless_storage_path")
    if storage.driver ~= driver then
      wanted = edited(toml.set, wanted, "storage.driver", driver)
    end
    if program then
      host.apk.add("fuse-overlayfs")
      host.module.load("fuse")
      if storage.mount_program ~= program then
        wanted = edited(toml.set, wanted, "storage.options.overlay.mount_program", program)
      end
    elseif driver == "overlay" then
      host.module.load("overlay")
      if storage.mount_program then
        wanted = edited(toml.remove, wanted, "storage.options.overlay.mount_program")
      end
    end
    if opt.rootless_path and rootless_path ~= opt.rootless_path then
      wanted = edited(toml.set, wanted, "storage.rootless_storage_path", opt.rootless_path)
    end
    if wanted ~= text then
      host.file.write({ path = file, content = wanted })
    end
    if opt.rootless_path then
      local reason, advice = shut_out(host, opt.rootless_path)
      if reason then
        host.machine.refuse({ reason = reason, advice = "make room for it: " .. advice })
      end
    end
  end,

  check = function(host, opt, report)
    if not host.apk.get("podman") then
      return -- which is told by whoever installs it
    end
    local file, text = settings_file(host)
    local is_toml, path = pcall(toml.get, text, "storage.rootless_storage_path")
    if not is_toml then
      report.failed(symptoms.found("malformed-settings", {
        text = file .. ", " .. path .. ": podman does not start",
        evidence = file,
        fix = "correct " .. file,
      }))
      return
    end
    local storage = host.storage.get()
    local driver, reason = choose(host, opt, storage.root)
    if storage.found and storage.found ~= driver then
      report.failed(symptoms.found("other-driver", {
        evidence = storage.root .. " was begun with " .. storage.found,
        fix = "alpod run storage --set reset=true --allow-loss " .. storage.root,
      }))
    elseif storage.driver == driver then
      report.ok("Podman stores with " .. driver .. ": " .. reason)
    else
      report.failed(symptoms.found("no-overlay", {
        text = "Podman is told to store with " .. tostring(storage.driver) .. ", not with " .. driver .. ": " .. reason,
        evidence = storage.file,
      }))
    end
    if path and path ~= "" then
      local closed, advice = shut_out(host, tostring(path))
      if closed then
        report.failed(closed, advice)
      end
    end
    for _, user in ipairs(opt.users) do
      local found = host.storage.get({ user = user })
      if found.found and found.found ~= driver then
        report.failed(symptoms.found("other-driver", {
          evidence = found.root .. " was begun with " .. found.found,
          fix = ("alpod run storage --set users=%s --set reset=true --allow-loss %s"):format(user, found.root),
        }))
      end
    end
  end,

  probe = function(host, opt, report)
    local info, driver = host.podman.info(), choose(host, opt, host.storage.get().root)
    if info.driver == driver then
      report.ok("podman stores with " .. info.driver .. " in " .. info.graphroot)
    else
      report.failed("podman stores with " .. tostring(info.driver) .. ", not with " .. driver)
    end
  end,
}

--- Everything a user needs to run containers without root.

local checks = require("alpod.checks")

--- What gives a user a runtime directory, /run/user/UID: a service of alpod's own, or a module of PAM.
local profile = "/etc/profile.d/alpod-runtime.sh"
local profile_text = [[
# Written by alpod: programs of a user find the runtime directory that was made at boot.
if [ -z "$XDG_RUNTIME_DIR" ] && [ -d "/run/user/$(id -u)" ]; then
	XDG_RUNTIME_DIR="/run/user/$(id -u)"
	export XDG_RUNTIME_DIR
fi
]]

---@type alpod.Plugin
return {
  api = 1,
  name = "rootless",
  summary = "Let a user run containers without root",
  description = "Ranges of others are kept, and none is given twice. Used once for each user: `alpod run rootless:a rootless:b`.",
  requires = { "install", "cgroups" },
  options = {
    user = { type = "string", required = true, help = "login name of the user" },
    count = {
      type = "integer",
      default = 65536,
      min = 1,
      max = 268435456,
      help = "how many subordinate ids of each kind the user gets",
    },
    runtime_dir = {
      type = "enum",
      values = { "none", "boot", "pam-rundir", "elogind" },
      default = "none",
      help = "who makes /run/user/UID: nobody (Podman then works in /tmp), the boot, or the login",
    },
  },
  needs = {
    apk = { "shadow-subids", "pam-rundir", "elogind" },
    read = {
      "/usr/bin/newuidmap", "/usr/bin/newgidmap", "/run/user/*", "{home:user}", "{home:user}/.config/containers/storage.conf",
      "/etc/containers/containers.conf", "{home:user}/.config/containers/containers.conf",
    },
    modules = { "tun", "fuse" },
    subids = { "{user}" },
    users = { "{user}" },
    services = { "elogind" },
    files = { profile },
    mounts = { "/" },
    podman = { "migrate", "info" },
  },
  try = "su - {user} -c 'podman run --rm docker.io/library/alpine echo hello'",

  setup = function(host, opt)
    local user = host.user.get({ name = opt.user, required = true })
    -- newuidmap and newgidmap. Alpine's podman depends on it; a world that was put together by hand may lack it.
    if not host.apk.get("shadow-subids") then
      host.apk.add("shadow-subids")
    end
    -- A system that was copied with cp or tar has lost them.
    host.apk.restore({ package = "shadow-subids", programs = { "/usr/bin/newuidmap", "/usr/bin/newgidmap" } })
    host.module.load({ "tun", "fuse" })
    host.subid.grant({ user = user.name, count = opt.count })
    host.mount.share("/")
    if opt.runtime_dir == "boot" then
      host.runtime.add(user.name)
      host.file.write({ path = profile, content = profile_text })
    elseif opt.runtime_dir ~= "none" then
      host.apk.add(opt.runtime_dir)
      if opt.runtime_dir == "elogind" and host.machine.get().openrc then
        host.service.enable("elogind")
        host.service.start("elogind")
      end
    end
    -- A pause process that lives keeps the id map from before.
    host.podman.migrate(user.name)
  end,

  check = function(host, opt, report)
    checks.rootless(host, opt, report)
  end,

  probe = function(host, opt, report)
    local uids = host.podman.map({ user = opt.user, kind = "uid" })
    local gids = host.podman.map({ user = opt.user, kind = "gid" })
    if uids.same and gids.same then
      report.ok("podman maps " .. opt.user .. "'s subordinate ids into containers")
    else
      report.failed(
        "podman does not use all of " .. opt.user .. "'s subordinate ids",
        "podman system migrate, as " .. opt.user
      )
    end
    report.note("the probe started podman as " .. opt.user .. ": it leaves a pause process and ~/.local/share/containers")
  end,
}

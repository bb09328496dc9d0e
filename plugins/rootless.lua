--- Everything a user needs to run containers without root.

---@type alpod.Plugin
return {
  api = 1,
  name = "rootless",
  summary = "Let a user run containers without root",
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
  },
  needs = {
    apk = { "shadow-subids", "passt", "slirp4netns" },
    read = { "/usr/bin/newuidmap" },
    modules = { "tun", "fuse" },
    subids = { "{user}" },
    mounts = { "/" },
    podman = { "migrate", "info" },
  },
  try = "su - {user} -c 'podman run --rm docker.io/library/alpine echo hello'",

  setup = function(host, opt)
    local user = host.user.get({ name = opt.user, required = true })
    local podman = host.apk.get("podman")
    local major = tonumber(podman.version:match("^(%d+)")) or 5
    -- newuidmap and newgidmap, and the network of containers that root did not start: pasta from Podman 5 on.
    -- Alpine's podman depends on both; a world that was put together by hand may lack them.
    for _, name in ipairs({ "shadow-subids", major >= 5 and "passt" or "slirp4netns" }) do
      if not host.apk.get(name) then
        host.apk.add(name)
      end
    end
    host.module.load({ "tun", "fuse" })
    host.subid.grant({ user = user.name, count = opt.count })
    host.mount.share("/")
    -- A pause process that lives keeps the id map from before.
    host.podman.migrate(user.name)
  end,

  check = function(host, opt, report)
    local ids = host.subid.get(opt.user)
    local total = { users = 0, groups = 0 }
    for kind in pairs(total) do
      for _, range in ipairs(ids[kind]) do
        total[kind] = total[kind] + range.count
      end
    end
    if total.users < opt.count or total.groups < opt.count then
      report.failed(
        opt.user .. " has too few subordinate ids",
        "alpod run rootless --user " .. opt.user
      )
    else
      report.ok(opt.user .. " has " .. total.users .. " subordinate user ids and " .. total.groups .. " group ids")
    end

    local helper = host.file.get("/usr/bin/newuidmap")
    if not helper then
      report.failed("newuidmap is missing", "alpod run rootless --user " .. opt.user)
    end

    local container = host.machine.get().container
    for _, name in ipairs({ "tun", "fuse" }) do
      local module = host.module.get(name)
      if module.present then
        report.ok("the kernel has " .. name)
      elseif container and module.present == false then
        report.note("the module " .. name .. " is for the host of this container (" .. container .. ") to load")
      elseif module.present == false and module.boot then
        report.later("the module " .. name .. " is loaded at the next boot", "reboot, then: alpod doctor")
      elseif module.present == false then
        report.failed("the kernel has no " .. name, "alpod run rootless --user " .. opt.user)
      end
    end

    local root = host.mount.get("/")
    if root and root.shared then
      report.ok("/ is a shared mount")
    elseif root and root.shared == false then
      report.failed("/ is not a shared mount", "alpod run rootless --user " .. opt.user)
    end
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

--- Podman in a system container of LXC (or Incus): the kernel, its modules and its devices are the host's.

local file = "/etc/containers/containers.conf.d/50-lxc.conf"

-- Podman asks for a limit of processes by default. In LXC the first process stays in the root of the control groups, so
-- that no controller can be handed on, and every container would fail with "the requested cgroup controller `pids` is not
-- available".
local content = [[
# Written by alpod.
[containers]
pids_limit = 0
]]

-- What only the host can give, with the line of the container's configuration that gives it.
local devices = {
  ["/dev/net/tun"] = "lxc.mount.entry = /dev/net/tun dev/net/tun none bind,create=file",
  ["/dev/fuse"] = "lxc.mount.entry = /dev/fuse dev/fuse none bind,create=file",
}

---@type alpod.Plugin
return {
  api = 1,
  name = "lxc",
  summary = "Podman inside a system container of LXC",
  description = "Podman asks for no limit of processes, which such a container cannot give; devices are its host's to give.",
  requires = { { "storage", with = { driver = "overlay", mount_program = "fuse-overlayfs" } } },
  fixtures = { "in-container", "alpine-3.20" },
  needs = {
    files = { file },
    read = { "/dev/net/tun", "/dev/fuse" },
  },
  try = "podman run --rm docker.io/library/alpine echo hello",

  setup = function(host)
    if host.machine.get().container then
      host.file.write({ path = file, content = content })
    end
  end,

  check = function(host, opt, report)
    if not host.machine.get().container then
      report.note("this machine is no container: nothing had to be done for that")
      return
    end
    for path, line in pairs(devices) do
      if host.file.get(path) then
        report.ok("there is " .. path)
      else
        report.note("the host gives no " .. path .. ", which users' containers need", line)
      end
    end
  end,
}

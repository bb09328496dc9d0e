--- Control groups, version 2 alone, mounted at boot and now.

local checks = require("alpod.checks")
local symptoms = require("alpod.symptoms")

---@type alpod.Plugin
return {
  api = 1,
  name = "cgroups",
  summary = "Mount control groups v2 (unified), at boot and now",
  description = "A mode that is not mounted yet takes a reboot, and the plan says so. In a container control groups are its host's, and nothing is done.",
  requires = { "install" },
  needs = {
    services = { "cgroups" },
    files = { "/etc/rc.conf" },
    podman = { "info" },
  },

  setup = function(host)
    local machine = host.machine.get()
    if not machine.openrc or machine.container then
      return -- whoever starts a container mounts its control groups
    end
    -- Before OpenRC 0.51 the default is hybrid, which Podman takes for version 1.
    if host.cgroup.get().configured ~= "unified" then
      host.file.key({ path = "/etc/rc.conf", key = "rc_cgroup_mode", value = "unified" })
    end
    -- In sysinit or boot the service starts as well; only a service in no runlevel has to be added.
    local service = host.service.get("cgroups")
    if not service or #service.runlevels == 0 then
      host.service.enable({ name = "cgroups", runlevel = "default" })
    end
    host.service.start("cgroups")
  end,

  check = function(host, _, report)
    local machine, cgroups = host.machine.get(), host.cgroup.get()
    if machine.offline then
      report.note("control groups are mounted when the machine boots")
    elseif cgroups.mounted == "unified" then
      report.ok("control groups v2 are mounted")
    elseif machine.container then
      report.note("control groups are for the host of this container (" .. machine.container .. ") to mount")
    elseif machine.openrc and not machine.booted then
      -- which is told below
    elseif machine.openrc and #host.service.get("cgroups").runlevels > 0 then
      report.later("control groups v2 are mounted at the next boot", "reboot, then: alpod doctor")
    elseif not machine.openrc then
      report.note("control groups are for whoever starts this container to mount")
    else
      report.failed(symptoms.found("no-cgroup2", { evidence = "/sys/fs/cgroup" }))
    end
    checks.control_groups(host, report)
  end,

  probe = function(host, _, report)
    local version = host.podman.info().cgroups
    if version == "v2" then
      report.ok("podman sees control groups v2")
    elseif host.cgroup.get().mounted == "unified" then
      report.failed("podman sees control groups " .. tostring(version) .. ", not v2")
    else
      report.later("podman sees control groups v2 after the next boot", "reboot, then: alpod doctor")
    end
  end,
}

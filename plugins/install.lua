--- Podman and what it needs on Alpine, from Alpine's own packages.

local checks = require("alpod.checks")
local symptoms = require("alpod.symptoms")
local version = require("alpod.version")

--- The packages of the roles that an option may leave to Podman's version.
local function roles(opt, podman)
  local modern = version.at_least(podman, "5")
  local names = {
    firewall = opt.firewall == "auto" and (modern and "nftables" or "iptables") or opt.firewall,
    network = opt.rootless_network == "auto" and (modern and "passt" or "slirp4netns") or opt.rootless_network,
  }
  for role, name in pairs(names) do
    if name == "none" then
      names[role] = nil
    end
  end
  return names
end

---@type alpod.Plugin
return {
  api = 1,
  name = "install",
  summary = "Install Podman, a container runtime, a network for users and the firewall tool",
  description = "What apk would remove for it is named, and refused unless it stands in `allow_remove`.",
  options = {
    runtime = {
      type = "enum",
      values = { "crun", "runc" },
      default = "crun",
      help = "the program that starts containers",
    },
    firewall = {
      type = "enum",
      values = { "auto", "nftables", "iptables", "none" },
      default = "auto",
      help = "what Podman's networks are made with: nftables from Podman 5 on, iptables before",
    },
    rootless_network = {
      type = "enum",
      values = { "auto", "passt", "slirp4netns", "none" },
      default = "auto",
      help = "the network of containers that root did not start: passt from Podman 5 on, slirp4netns before",
    },
    fuse_overlayfs = { type = "boolean", default = false, help = "also install fuse-overlayfs, which mounts overlays without the kernel" },
    compose = { type = "boolean", default = false, help = "also install podman-compose" },
    docker = { type = "boolean", default = false, help = "also install the command docker, which calls podman" },
    version = { type = "string", help = "the version of Podman: \"5.2.5-r0\", \"~5.2\", \">=5\"; any when not given" },
    tag = { type = "string", help = "the tag of the repository that Podman comes from, without the @" },
    allow_remove = { type = "list", default = {}, help = "packages that apk may remove for it" },
  },
  try = "podman run --rm docker.io/library/alpine echo hello",
  needs = {
    repositories = { "community" },
    apk = {
      "podman", "{runtime}", "nftables", "iptables", "passt", "slirp4netns", "fuse-overlayfs", "podman-compose",
      "podman-docker", "{allow_remove}",
    },
    podman = { "info" },
    read = { "/etc/containers" },
  },

  setup = function(host, opt)
    -- Podman is in community, which a fresh installation has commented out.
    host.repository.add("community")
    local packages = { { name = "podman", version = opt.version, tag = opt.tag }, opt.runtime }
    if opt.fuse_overlayfs then
      packages[#packages + 1] = "fuse-overlayfs"
    end
    if opt.compose then
      packages[#packages + 1] = "podman-compose"
    end
    if opt.docker then
      packages[#packages + 1] = "podman-docker"
    end
    host.apk.add({ packages = packages, allow_remove = opt.allow_remove })

    -- netavark brings no firewall tool of its own.
    local names = roles(opt, host.apk.get("podman").version)
    if names.firewall then
      host.apk.add({ packages = { names.firewall }, allow_remove = opt.allow_remove })
    end
    -- Alpine's podman depends on it; a world that was put together by hand may lack it.
    if names.network and not host.apk.get(names.network) then
      host.apk.add({ packages = { names.network }, allow_remove = opt.allow_remove })
    end
  end,

  check = function(host, opt, report)
    if not checks.packages(host, report) then
      return
    end
    local podman = host.apk.get("podman")
    if not podman then
      report.failed("Podman is not installed", "alpod run install")
      return
    elseif podman.broken then
      report.failed("the package podman is installed but broken", "apk fix podman")
    else
      report.ok("Podman " .. podman.version .. " is installed")
    end
    local names = roles(opt, podman.version)
    if not host.apk.get(opt.runtime) then
      report.failed("the container runtime " .. opt.runtime .. " is not installed", "alpod run install")
    end
    for role, symptom in pairs({ firewall = "no-firewall", network = "no-pasta" }) do
      if names[role] and not host.apk.get(names[role]) then
        report.failed(symptoms.found(symptom, { evidence = "the package " .. names[role] .. " is not installed" }))
      end
    end
    checks.kernel(host, report)
  end,

  probe = function(host, opt, report)
    local info = host.podman.info()
    if info.runtime == opt.runtime then
      report.ok("podman " .. info.version .. " works, with " .. info.runtime)
    else
      report.failed("podman uses the runtime " .. tostring(info.runtime) .. ", not " .. opt.runtime)
    end
    report.note("the probe started podman as root: it leaves /var/lib/containers/storage and /run/containers")
  end,
}

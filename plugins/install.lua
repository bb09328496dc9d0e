--- Podman and what it needs on Alpine, from Alpine's own packages.

local function at_least(version, wanted)
  local major = tonumber(version:match("^(%d+)"))
  return major ~= nil and major >= wanted
end

---@type alpod.Plugin
return {
  api = 1,
  name = "install",
  summary = "Install Podman, a container runtime and the firewall tool its networks need",
  options = {
    runtime = {
      type = "enum",
      values = { "crun", "runc" },
      default = "crun",
      help = "the program that starts containers",
    },
  },
  try = "podman run --rm docker.io/library/alpine echo hello",
  needs = {
    repositories = { "community" },
    apk = { "podman", "{runtime}", "nftables", "iptables" },
    podman = { "info" },
  },

  setup = function(host, opt)
    -- Podman is in community, which a fresh installation has commented out.
    host.repository.add("community")
    host.apk.add({ "podman", opt.runtime })
    -- netavark brings no firewall tool of its own; from Podman 5 on Alpine builds it for nftables.
    local podman = host.apk.get("podman")
    host.apk.add({ at_least(podman.version, 5) and "nftables" or "iptables" })
  end,

  check = function(host, opt, report)
    local podman = host.apk.get("podman")
    if not podman then
      report.failed("Podman is not installed", "alpod run install")
    elseif podman.broken then
      report.failed("the package podman is installed but broken", "apk fix podman")
    else
      report.ok("Podman " .. podman.version .. " is installed")
    end
    if not host.apk.get(opt.runtime) then
      report.failed("the container runtime " .. opt.runtime .. " is not installed", "alpod run install")
    end
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

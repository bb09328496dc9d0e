--- Podman's socket, for programs that speak Docker's or Podman's API: for root, or for a user.

local symptoms = require("alpod.symptoms")

local function service(opt)
  return opt.user and "podman." .. opt.user or "podman"
end

local function socket(host, opt)
  if not opt.user then
    return "/run/podman/podman.sock"
  end
  local user = host.user.get({ name = opt.user, required = true })
  return "/run/user/" .. user.uid .. "/podman/podman.sock"
end

---@type alpod.Plugin
return {
  api = 1,
  name = "socket",
  summary = "Serve Podman's API on a socket, for root or for a user",
  description = "Whoever may open the socket has the rights of the user who serves it. The service also starts, at boot, the containers of that user whose restart policy is `always`.",
  requires = { "install", "cgroups" },
  options = {
    user = { type = "string", help = "whose; root's when not given" },
    runlevel = { type = "string", default = "default", help = "the runlevel that it is started in" },
  },
  needs = {
    services = { "podman", "podman.{user}" },
    ["services.set"] = { "podman.{user}" },
    users = { "{user}" },
    read = { "/etc/ssh/sshd_config", "/run/podman/podman.sock", "/run/user/*/podman/podman.sock" },
  },
  try = "podman --remote info",

  setup = function(host, opt)
    if not host.machine.get().openrc then
      host.machine.refuse({
        reason = "there is no OpenRC here, which would serve the socket",
        advice = "apk add openrc, or serve it by hand: podman system service --time 0",
      })
    end
    local name = service(opt)
    if opt.user then
      -- One script, one service for each user; its directory has to be there before it starts.
      host.runtime.add(opt.user)
      host.service.instance({ name = name, of = "podman" })
      host.service.set({
        name = name,
        values = {
          podman_user = opt.user,
          podman_uri = "unix://" .. socket(host, opt),
          rc_need = "alpod-runtime." .. opt.user,
        },
      })
    end
    host.service.enable({ name = name, runlevel = opt.runlevel })
    -- supervise-daemon counts as started whatever podman does.
    host.service.start({ name = name, socket = socket(host, opt) })
    if opt.user then
      host.service.reload({ name = name, files = { "/etc/conf.d/" .. name }, by = "restart" })
    end
  end,

  check = function(host, opt, report)
    local name, machine = service(opt), host.machine.get()
    local state = host.service.get(name)
    if not state or #state.runlevels == 0 then
      report.failed("the socket of " .. (opt.user or "root") .. " is not served at boot", "alpod run socket" .. (opt.user and " --user " .. opt.user or ""))
    elseif machine.offline or not machine.booted then
      report.note("the socket " .. socket(host, opt) .. " is served once the machine is booted")
    elseif not state.started then
      report.failed("the service " .. name .. " does not run", "rc-service " .. name .. " start")
    else
      local path = socket(host, opt)
      local found, owner = host.file.get(path), opt.user and host.user.get({ name = opt.user, required = true }).uid or 0
      if not found or found.kind ~= "socket" then
        report.failed("the service " .. name .. " runs, but there is no socket at " .. path, "rc-service " .. name .. " restart")
      elseif found.owner ~= owner then
        report.failed(path .. " belongs to " .. found.owner .. ", not to " .. (opt.user or "root"), "rc-service " .. name .. " restart")
      else
        report.ok("Podman's API is served on " .. path)
      end
    end
    local sshd = opt.user and host.file.read("/etc/ssh/sshd_config") or ""
    for line in sshd:gmatch("[^\n]+") do
      if line:lower():match("^%s*allowtcpforwarding%s+no%s*$") then
        report.note(symptoms.found("no-forwarding", {
          text = "sshd forwards nothing, so that podman on another machine cannot use the socket",
          evidence = "/etc/ssh/sshd_config",
          fix = "AllowTcpForwarding local in /etc/ssh/sshd_config, then: rc-service sshd reload",
        }))
      end
    end
    report.note("the service also starts the containers of " .. (opt.user or "root") .. " with the restart policy always")
  end,
}

--- One container, kept as it is declared.

local symptoms = require("alpod.symptoms")

local checks = require("alpod.checks")
local userns = require("alpod.userns")

--- The command that makes it as it is declared.
local function again(opt)
  return checks.command("container", opt, {
    "name", "image", "user", "hostname", "ports", "volumes", "environment", "secrets", "userns", "network", "restart", "command",
  }) .. (opt.boot and "" or " --set boot=false")
end

local function key(opt)
  return { name = opt.name, user = opt.user }
end

---@type alpod.Plugin
return {
  api = 1,
  name = "container",
  summary = "Keep one container as declared, and start it at boot",
  description = "It is made anew when its declaration, a secret's content or its image changed, and only then. What is in it and in no volume is lost then.",
  requires = { "install", "cgroups" },
  options = {
    name = { type = "string", required = true, help = "its name" },
    image = { type = "string", required = true, help = "what it is made from; fetched when it is not there" },
    user = { type = "string", help = "whose it is; root's when not given" },
    hostname = { type = "string", help = "what it calls itself" },
    ports = { type = "list", default = {}, help = "what it publishes: \"8080:80\", \"127.0.0.1:8443:443\"" },
    volumes = { type = "list", default = {}, help = "what of the machine it sees: \"/srv/www:/www:ro\"; or \"data:/data\"" },
    environment = { type = "map", default = {}, help = "variables and their values" },
    secrets = { type = "map", of = "path", default = {}, help = "variables whose values are what is in these files" },
    userns = { type = "string", help = "its user namespace: \"keep-id:uid=1000,gid=1000\"" },
    network = { type = "string", help = "\"none\", \"host\", or a network that there is" },
    restart = {
      type = "enum",
      values = { "no", "on-failure", "always", "unless-stopped" },
      default = "no",
      help = "what Podman does when its program ends",
    },
    command = { type = "list", default = {}, help = "what it runs, word by word; the image's own when not given" },
    boot = { type = "boolean", default = true, help = "whether it is started at boot" },
  },
  needs = {
    podman = { "run", "info" },
    ["podman.mount"] = { "{source:volumes}" },
    -- Nothing but "host" is a privilege.
    ["podman.privileged"] = { "{network}" },
    read = { "{secrets}" },
    services = { "alpod-container.{name}" },
  },
  try = "podman ps",

  setup = function(host, opt)
    local uid, gid = (opt.userns or ""):match("^keep%-id:uid=(%d+),gid=(%d+)$")
    -- Before Podman 4.3 it has to be said in maps.
    local keep = uid and opt.user and userns.keep(host, opt.user, uid, gid) or { userns = opt.userns }
    host.container.run({
      name = opt.name,
      image = opt.image,
      user = opt.user,
      hostname = opt.hostname,
      ports = opt.ports,
      volumes = opt.volumes,
      environment = opt.environment,
      secrets = opt.secrets,
      userns = keep.userns,
      uidmap = keep.uidmap,
      gidmap = keep.gidmap,
      run_as = keep.run_as,
      network = opt.network,
      restart = opt.restart,
      command = opt.command,
    })
    if opt.boot and host.machine.get().openrc then
      host.service.start(host.container.boot({ name = opt.name, user = opt.user }))
    end
  end,

  check = function(host, opt, report)
    local container = host.container.get(key(opt))
    if host.machine.get().offline then
      report.note("containers run when the machine does")
    elseif not container then
      report.failed("there is no container " .. opt.name, again(opt))
    elseif not container.running then
      report.failed("the container " .. opt.name .. " does not run", "podman logs " .. opt.name)
    elseif not container.kept then
      report.failed("the container " .. opt.name .. " was not made by alpod")
    else
      report.ok("the container " .. opt.name .. " runs")
    end
    local service = host.machine.get().openrc and host.service.get("alpod-container." .. opt.name)
    if opt.boot and container and host.machine.get().openrc and not (service and #service.runlevels > 0) then
      report.failed(symptoms.found("not-at-boot", {
        text = "nothing starts the container " .. opt.name .. " at boot",
        evidence = "/etc/runlevels",
        fix = again(opt),
      }))
    end
  end,
}

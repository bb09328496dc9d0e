--- A stack of podman-compose, started at boot. Scripts in /etc/init.d come with packages; what a site starts itself stands in
--- /etc/local.d, which the service `local` goes through at boot and at shutdown.

local start = [[
#!/bin/sh
# Written by alpod: starts the stack ${name}.
set -eu
cd ${directory}
exec podman-compose --project-name ${name} up --detach
]]

local stop = [[
#!/bin/sh
# Written by alpod: stops the stack ${name}.
cd ${directory} && exec podman-compose --project-name ${name} down
]]

local function scripts(opt)
  local fill = require("alpod.template").fill
  local values = { name = opt.name, directory = opt.directory }
  return {
    ["/etc/local.d/compose-" .. opt.name .. ".start"] = fill(start, values),
    ["/etc/local.d/compose-" .. opt.name .. ".stop"] = fill(stop, values),
  }
end

--- Where Podman keeps what it knows of the stack's network.
local function network(opt)
  return "/etc/containers/networks/" .. opt.name .. "_default.json"
end

---@type alpod.Plugin
return {
  api = 1,
  name = "compose",
  summary = "Start a stack of podman-compose at boot",
  description = "Scripts in /etc/local.d bring the stack up at boot and down at shutdown.",
  requires = { { "install", with = { compose = true } }, "cgroups" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    name = { type = "string", required = true, help = "what the stack is called" },
    directory = { type = "path", required = true, help = "the directory with its compose.yaml" },
  },
  needs = {
    files = { "/etc/local.d/compose-{name}.*" },
    read = { "{directory}/*", "/etc/containers/networks/{name}_default.json" },
    services = { "local" },
    commands = { "/usr/bin/podman-compose" },
  },
  try = "podman-compose --project-name {name} ps",

  setup = function(host, opt)
    if not opt.name:match("^[%l%d][%l%d_-]*$") then
      error("name is \"" .. opt.name .. "\"; it is lower-case letters, digits, - and _", 0)
    elseif not opt.directory:match("^[%w%.%-_/]+$") then
      error("the directory has a character that a shell would not take as it is", 0)
    end
    local found
    for _, name in ipairs({ "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml" }) do
      if not found and host.file.get(opt.directory .. "/" .. name) then
        found = name
      end
    end
    if not found then
      error("there is no compose.yaml in " .. opt.directory, 0)
    end
    for path, content in pairs(scripts(opt)) do
      host.file.write({ path = path, content = content, mode = "0755" })
    end
    host.service.enable("local")
    if host.machine.get().booted then
      -- The network of a stack is made when it is started for the first time, and stays.
      host.command.run({
        program = "/usr/bin/podman-compose",
        arguments = { "--project-name", opt.name, "--file", opt.directory .. "/" .. found, "up", "--detach" },
        creates = network(opt),
      })
    end
  end,

  check = function(host, opt, report)
    for path, content in pairs(scripts(opt)) do
      if host.file.read(path) ~= content then
        report.failed(path .. " is not as declared", "alpod run compose")
        return
      end
    end
    if host.machine.get().booted and not host.file.get(network(opt)) then
      report.failed("the stack " .. opt.name .. " was never started", "/etc/local.d/compose-" .. opt.name .. ".start")
    else
      report.ok("the stack " .. opt.name .. " is started at boot")
    end
  end,
}

--- A container that computes on the GPU. The device goes in as it is: nothing of CUDA or ROCm is needed on the machine for
--- what speaks to the kernel's render node.

---@type alpod.Plugin
return {
  api = 1,
  name = "gpu",
  summary = "Run a container with a GPU of the machine",
  description = "The container gets the device and nothing else; that is why it needs podman.privileged.",
  requires = { "install", "cgroups" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    name = { type = "string", default = "gpu", help = "the container's name" },
    image = { type = "string", required = true, help = "what it is made from" },
    device = { type = "path", default = "/dev/dri/renderD128", help = "the render node" },
    command = { type = "list", default = {}, help = "what it runs; the image's own when not given" },
  },
  needs = {
    podman = { "run", "info" },
    ["podman.privileged"] = { "devices" },
    ["podman.mount"] = { "{device}" },
    read = { "{device}" },
    services = { "alpod-container.{name}" },
  },
  try = "podman exec {name} ls -l {device}",

  setup = function(host, opt)
    local device = host.file.get(opt.device)
    if not device then
      error("there is no " .. opt.device .. ": the kernel has no driver for a GPU here, or it is not loaded (modprobe amdgpu, i915)", 0)
    elseif device.kind ~= "characterDevice" then
      error(opt.device .. " is no device", 0)
    end
    host.container.run({
      name = opt.name,
      image = opt.image,
      devices = { opt.device },
      command = opt.command,
      restart = "on-failure",
    })
    if host.machine.get().openrc then
      host.service.start(host.container.boot(opt.name))
    end
  end,

  check = function(host, opt, report)
    local container = host.container.get(opt.name)
    if not host.file.get(opt.device) then
      report.failed("there is no " .. opt.device, "modprobe amdgpu, or the driver of your GPU")
    elseif not host.machine.get().offline and not (container and container.running) then
      report.failed("the container " .. opt.name .. " does not run", "podman logs " .. opt.name)
    else
      report.ok("the container " .. opt.name .. " has " .. opt.device)
    end
  end,
}

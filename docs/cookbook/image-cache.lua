--- A cache of images for this machine and its neighbours: a registry that fetches what it does not have.

local drop_in = "/etc/containers/registries.conf.d/50-image-cache.conf"

local text = [==[
# Written by alpod: the cache first, then the registry itself.
[[registry]]
prefix = "docker.io"
location = "docker.io"

[[registry.mirror]]
location = "127.0.0.1:${port}"
insecure = true
]==]

local function content(opt)
  return require("alpod.template").fill(text, { port = opt.port })
end

---@type alpod.Plugin
return {
  api = 1,
  name = "image-cache",
  summary = "Keep a cache of Docker Hub's images on this machine",
  description = "A registry in a container fetches what is asked for once, and serves it from then on.",
  requires = { "install", "cgroups" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    port = { type = "integer", min = 1024, max = 65535, default = 5000, help = "the port that it listens on" },
    address = { type = "string", default = "127.0.0.1", help = "the address that it listens on: \"0.0.0.0\" for neighbours too" },
    directory = { type = "path", default = "/var/cache/images", help = "where it keeps images" },
    image = { type = "string", default = "docker.io/library/registry:2", help = "the registry" },
  },
  needs = {
    files = { "{directory}", drop_in },
    podman = { "run", "info" },
    ["podman.mount"] = { "{directory}" },
    services = { "alpod-container.image-cache" },
  },
  try = "curl http://127.0.0.1:{port}/v2/_catalog",

  setup = function(host, opt)
    host.file.directory({ path = opt.directory, mode = "0700" })
    host.container.run({
      name = "image-cache",
      image = opt.image,
      ports = { ("%s:%d:5000"):format(opt.address, opt.port) },
      volumes = { opt.directory .. ":/var/lib/registry" },
      environment = { REGISTRY_PROXY_REMOTEURL = "https://registry-1.docker.io" },
      restart = "always",
    })
    if host.machine.get().openrc then
      host.service.start(host.container.boot("image-cache"))
    end
    -- Last: as long as the cache is not there, nothing asks for it.
    host.file.write({ path = drop_in, content = content(opt) })
  end,

  check = function(host, opt, report)
    local container = host.container.get("image-cache")
    if host.file.read(drop_in) ~= content(opt) then
      report.failed("Podman does not ask the cache", "alpod run image-cache")
    elseif not host.machine.get().offline and not (container and container.running) then
      report.failed("the cache does not run", "podman logs image-cache")
    else
      report.ok("images of docker.io are kept in " .. opt.directory)
    end
  end,
}

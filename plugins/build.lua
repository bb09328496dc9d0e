--- An image, built from a directory whenever what is in it changed.

local checks = require("alpod.checks")

---@type alpod.Plugin
return {
  api = 1,
  name = "build",
  summary = "Build an image from a directory when its content changed",
  description = "A digest of what is in the directory is kept with the image, so that it is built again when something changed, and only then.",
  requires = { "install", "cgroups" },
  options = {
    name = { type = "string", required = true, help = "what the image is called: \"localhost/dev:latest\"" },
    directory = { type = "path", required = true, help = "what it is built from, with a Containerfile or Dockerfile in it" },
    file = { type = "string", help = "another Containerfile, from the directory on" },
    user = { type = "string", help = "whose image it is; root's when not given" },
    arguments = { type = "map", default = {}, help = "build arguments and their values" },
    proxy = {
      type = "boolean",
      default = false,
      help = "whether programs in the build see the proxy variables of whoever runs alpod",
    },
  },
  needs = {
    podman = { "build", "info" },
    read = { "{directory}", "{directory}/**" },
  },
  try = "podman images",

  setup = function(host, opt)
    host.image.build({
      name = opt.name,
      directory = opt.directory,
      file = opt.file,
      user = opt.user,
      arguments = opt.arguments,
      proxy = opt.proxy,
    })
  end,

  check = function(host, opt, report)
    local image = host.image.get({ name = opt.name, user = opt.user })
    if host.machine.get().offline then
      report.note("images are built on the machine itself")
    elseif image then
      report.ok("there is the image " .. opt.name .. " (" .. image.id:sub(1, 12) .. ")")
    else
      report.failed("there is no image " .. opt.name, checks.command("build", opt, { "name", "directory", "file", "user", "arguments", "proxy" }))
    end
  end,
}

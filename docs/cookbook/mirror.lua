--- Images of a registry come from a mirror first, from the registry itself where the mirror has none.

local alpod = require("alpod")

local function path(opt)
  return "/etc/containers/registries.conf.d/50-mirror-" .. opt.registry:gsub("[^%w%.%-]", "-") .. ".conf"
end

local text = [==[
# Written by alpod: ${registry} by way of ${mirror}.
[[registry]]
prefix = "${registry}"
location = "${registry}"

[[registry.mirror]]
location = "${mirror}"
insecure = ${insecure}
]==]

--- What stands between quotes in TOML without being escaped.
local function word(value, what)
  if not value:match("^[%w%.%-_:/]+$") then
    error(("%s is %q, which is no registry"):format(what, value), 0)
  end
  return value
end

local function content(opt)
  return alpod.template.fill(text, {
    registry = word(opt.registry, "registry"),
    mirror = word(opt.mirror, "mirror"),
    insecure = opt.insecure and "true" or "false",
  })
end

---@type alpod.Plugin
return {
  api = 1,
  name = "mirror",
  summary = "Fetch images of a registry from a mirror first",
  description = "One file for each registry; what the mirror lacks comes from the registry itself.",
  -- registries.conf.d is what podman reads beside registries.conf; a drop-in stays when the package brings a new one.
  requires = { "install" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    registry = { type = "string", default = "docker.io", help = "the registry whose images it is about" },
    mirror = { type = "string", required = true, help = "the mirror: \"mirror.example.org:5000\"" },
    insecure = { type = "boolean", default = false, help = "whether the mirror is asked without TLS" },
  },
  needs = { files = { "/etc/containers/registries.conf.d/50-mirror-*.conf" } },
  try = "podman pull --log-level=debug docker.io/library/alpine 2>&1 | grep mirror",

  setup = function(host, opt)
    host.file.write({ path = path(opt), content = content(opt) })
  end,

  check = function(host, opt, report)
    if host.file.read(path(opt)) == content(opt) then
      report.ok(opt.registry .. " is fetched by way of " .. opt.mirror)
    else
      report.failed("the mirror of " .. opt.registry .. " is not as declared", "alpod run mirror")
    end
  end,
}

--- A machine that runs images of known registries and nothing else, with fewer rights than Podman gives by itself.

local policy = "/etc/containers/policy.json"
local short_names = "/etc/containers/registries.conf.d/50-hardened.conf"
local rights = "/etc/containers/containers.conf.d/50-hardened.conf"

local function quoted(value, what)
  if not value:match("^[%w%.%-_:/]+$") then
    error(("%s holds %q, which is no name"):format(what, value), 0)
  end
  return '"' .. value .. '"'
end

--- Podman's parser takes no field that it does not know.
local function policy_text(opt)
  local scopes = {}
  for index, registry in ipairs(opt.registries) do
    scopes[index] = ('      %s: [{ "type": "insecureAcceptAnything" }]'):format(quoted(registry, "registries"))
  end
  return table.concat({
    "{",
    '  "default": [{ "type": "reject" }],',
    '  "transports": {',
    '    "docker": {',
    table.concat(scopes, ",\n"),
    "    },",
    '    "containers-storage": { "": [{ "type": "insecureAcceptAnything" }] }',
    "  }",
    "}",
    "",
  }, "\n")
end

local short_names_text = [[
# Written by alpod: an image is named in full.
unqualified-search-registries = []
short-name-mode = "enforcing"
]]

local function rights_text(opt)
  local names = {}
  for index, name in ipairs(opt.capabilities) do
    names[index] = "  " .. quoted(name, "capabilities") .. ","
  end
  return "# Written by alpod.\n[containers]\ndefault_capabilities = [\n" .. table.concat(names, "\n") .. "\n]\n"
end

local function files(opt)
  return { [policy] = policy_text(opt), [short_names] = short_names_text, [rights] = rights_text(opt) }
end

---@type alpod.Plugin
return {
  api = 1,
  name = "hardened",
  summary = "Run images of known registries only, with fewer rights",
  description = "A policy refuses images of all other registries, for root and users alike.",
  requires = { "install", "cgroups", { "ports", with = { lowest = 1024 } } },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    registries = { type = "list", required = true, help = "registries, or parts of them: \"docker.io/library\"" },
    capabilities = {
      type = "list",
      default = { "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID" },
      help = "what root may do in a container",
    },
  },
  needs = { files = { policy, short_names, rights }, read = { "/home/*/.config/containers/policy.json" } },
  try = "podman pull quay.io/podman/hello",

  setup = function(host, opt)
    for path, content in pairs(files(opt)) do
      host.file.write({ path = path, content = content })
    end
  end,

  check = function(host, opt, report)
    for path, content in pairs(files(opt)) do
      if host.file.read(path) == content then
        report.ok(path .. " is as declared")
      else
        report.failed(path .. " is not as declared", "alpod run hardened")
      end
    end
    for _, name in ipairs(host.user.list()) do
      if host.home.read({ user = name, path = ".config/containers/policy.json" }) then
        report.note(name .. " has a policy.json of their own, which counts for them in place of the machine's")
      end
    end
  end,
}

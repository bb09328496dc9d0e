--- Proves that containers run: as root, as a user, or both.

local function prove(host, opt, report, user)
  local who = user or "root"
  local network = opt.network ~= "podman" and opt.network or nil
  local result = host.podman.run({ image = opt.image, user = user, command = opt.command, network = network })
  if result.succeeded then
    report.ok(who .. " runs containers: " .. opt.image .. " ended well")
  else
    report.failed(who .. " cannot run " .. opt.image .. ": " .. result.output:gsub("%s*\n%s*", "; "), "alpod explain, with that text")
  end
end

---@type alpod.Plugin
return {
  api = 1,
  name = "hello",
  summary = "Prove that containers run, and leave nothing behind",
  description = "It changes nothing: it runs a container that is removed again, and an image that was fetched for it goes too.",
  requires = { "install", "cgroups" },
  options = {
    user = { type = "string", help = "as whom; root when not given" },
    root = { type = "boolean", default = false, help = "as root too, when a user is given" },
    image = { type = "string", default = "docker.io/library/hello-world", help = "what is run; fetched when it is not there" },
    command = { type = "list", default = {}, help = "what it runs, word by word; the image's own when not given" },
    network = {
      type = "enum",
      values = { "podman", "none" },
      default = "podman",
      help = "podman's own choice, or none at all",
    },
  },
  needs = { podman = { "run" } },

  probe = function(host, opt, report)
    if opt.user then
      prove(host, opt, report, opt.user)
    end
    if opt.root or not opt.user then
      prove(host, opt, report)
    end
  end,
}

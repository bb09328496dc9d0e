--- distrobox: containers of other distributions, with the user's home in them.

---@type alpod.Plugin
return {
  api = 1,
  name = "distrobox",
  summary = "Get distrobox ready for a user",
  description = "distrobox shares the machine's network with its containers: `--publish` among its additional flags does nothing. What such a container serves is reached at the machine's own address; `distrobox create --unshare-netns` gives it a network of its own.",
  requires = { { "rootless", with = { user = "{user}" } } },
  options = {
    user = { type = "string", required = true, help = "login name of the user" },
  },
  needs = { apk = { "distrobox" } },
  try = "su - {user} -c 'distrobox create --name box --image docker.io/library/alpine:latest'",

  setup = function(host)
    host.apk.add("distrobox")
  end,

  check = function(host, opt, report)
    if not host.apk.get("distrobox") then
      report.failed("distrobox is not installed", "alpod run distrobox --user " .. opt.user)
      return
    end
    report.ok("distrobox is installed")
    local root = host.mount.get("/")
    if root and root.shared == false then
      report.failed("/ is not a shared mount, so distrobox cannot show it to containers", "alpod run distrobox --user " .. opt.user)
    end
    local user = host.user.get(opt.user)
    if user and not (user.shell == "/bin/sh" or user.shell == "/bin/ash" or user.shell:match("/bash$")) then
      report.note(user.shell .. " becomes the shell in the containers too, and is installed there")
    end
    report.note("`--publish` does nothing in a distrobox container, which shares the machine's network")
  end,
}

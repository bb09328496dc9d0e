--- New images every night. `podman auto-update` works on systemd's units alone; here a script of crond fetches the images,
--- and alpod makes those containers anew whose image is another one than before.

local path = "/etc/periodic/daily/alpod-auto-update"

local text = [[
#!/bin/sh
# Written by alpod: fetches images, then makes the containers anew that were made from older ones.
set -eu
${pulls}
${runs}
podman image prune --force >/dev/null
]]

--- A word that a shell takes as it is.
local function word(value, what)
  if not value:match("^[%w%.%-_:/@]+$") then
    error(("%s holds %q, which is no name"):format(what, value), 0)
  end
  return value
end

local function content(opt)
  local pulls, runs = {}, {}
  for index, image in ipairs(opt.images) do
    pulls[index] = "podman pull --quiet " .. word(image, "images") .. " >/dev/null"
  end
  for index, plugin in ipairs(opt.plugins) do
    runs[index] = "alpod run --yes " .. word(plugin, "plugins")
  end
  return require("alpod.template").fill(text, { pulls = table.concat(pulls, "\n"), runs = table.concat(runs, "\n") })
end

---@type alpod.Plugin
return {
  api = 1,
  name = "auto-update",
  summary = "Fetch images every night, and make containers anew that were made from older ones",
  description = "A job of cron fetches each image; a container is made anew only where the image is another one by then.",
  requires = { "install" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    images = { type = "list", required = true, help = "the images that are fetched" },
    plugins = { type = "list", default = {}, help = "plugins whose containers are made from them; their options stand in /etc/alpod/site.lua" },
  },
  needs = {
    files = { path },
    services = { "crond" },
  },
  try = path,

  setup = function(host, opt)
    host.file.write({ path = path, content = content(opt), mode = "0755" })
    if host.machine.get().openrc then
      host.service.enable("crond")
      host.service.start("crond")
    end
  end,

  check = function(host, opt, report)
    local file = host.file.get(path)
    if not file or host.file.read(path) ~= content(opt) then
      report.failed("the nightly update is not as declared", "alpod run auto-update")
    elseif file.mode ~= "0755" then
      report.failed(path .. " cannot be started", "chmod 755 " .. path)
    else
      report.ok(#opt.images .. " images are fetched every night")
    end
  end,
}

--- Backups of volumes every night, as archives that `podman volume import` takes.

local script = "/etc/periodic/daily/alpod-volume-backup"

local text = [[
#!/bin/sh
# Written by alpod: an archive of each volume, the last ${keep} of each are kept.
set -eu
umask 077
cd ${directory}
day=$(date +%Y-%m-%d)
for volume in ${volumes}; do
	podman volume export "$volume" | gzip >"$volume-$day.tar.gz.new"
	mv "$volume-$day.tar.gz.new" "$volume-$day.tar.gz"
	ls -1 "$volume"-????-??-??.tar.gz | head -n -${keep} | while read -r old; do rm -f "$old"; done
done
]]

local function word(value, what)
  if not value:match("^[%w%.%-_/]+$") then
    error(("%s holds %q, which is no name"):format(what, value), 0)
  end
  return value
end

local function content(opt)
  local names = {}
  for index, name in ipairs(opt.volumes) do
    names[index] = word(name, "volumes")
  end
  return require("alpod.template").fill(text, {
    directory = word(opt.directory, "directory"),
    volumes = table.concat(names, " "),
    keep = opt.keep,
  })
end

---@type alpod.Plugin
return {
  api = 1,
  name = "volume-backup",
  summary = "Save volumes every night",
  description = "A job of cron writes an archive of each volume, and keeps the latest.",
  requires = { "install" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    volumes = { type = "list", required = true, help = "the volumes that are saved" },
    directory = { type = "path", default = "/var/backups/volumes", help = "where archives are kept" },
    keep = { type = "integer", min = 1, max = 1000, default = 7, help = "how many archives of each" },
  },
  needs = {
    files = { script, "{directory}" },
    services = { "crond" },
  },
  try = script,

  setup = function(host, opt)
    host.file.directory({ path = opt.directory, mode = "0700" })
    host.file.write({ path = script, content = content(opt), mode = "0755" })
    if host.machine.get().openrc then
      host.service.enable("crond")
      host.service.start("crond")
    end
  end,

  check = function(host, opt, report)
    local place = host.file.get(opt.directory)
    if host.file.read(script) ~= content(opt) then
      report.failed("the nightly backup is not as declared", "alpod run volume-backup")
    elseif not place or place.mode ~= "0700" then
      report.failed(opt.directory .. " can be read by others than root", "chmod 700 " .. opt.directory)
    else
      report.ok("saved every night: " .. table.concat(opt.volumes, ", "))
    end
  end,
}

--- Rootless containers of users whose homes lie on NFS: their images have to be stored elsewhere, as a server of NFS knows
--- nothing of subordinate ids.

local extend = require("alpod.extend")

--- The settings of the step `storage`: of these, where users store is for this one to say.
local function settings(opt)
  local all = { rootless_path = opt.path .. "/$UID" }
  for name, value in pairs(opt) do
    all[name] = all[name] or value
  end
  return all
end

return extend("storage", {
  name = "nfs-home",
  summary = "Rootless containers for a user whose home lies on NFS",
  description = "Storage cannot lie on NFS, where subordinate ids own no files; it goes to a disk of the machine.",
  requires = { { "rootless", with = { user = "{user}" } } },
  fixtures = { "alpine-3.20", "alpine-3.23", "done" },
  options = {
    user = { type = "string", required = true, help = "login name of the user" },
    path = { type = "path", default = "/srv/containers", help = "a directory of this machine's own disk" },
  },
  needs = { files = { "{path}", "{path}/*" }, ["files.setid"] = { "{path}" } },
  try = "su - {user} -c 'podman info --format {{.Store.GraphRoot}}'",

  setup = function(host, opt, base)
    local user = host.user.get({ name = opt.user, required = true })
    local kind = host.filesystem.get(opt.path)
    if kind and (kind.type == "nfs" or kind.type == "cifs") then
      error(opt.path .. " lies on " .. kind.type .. ", too", 0)
    end
    -- The path holds for all users, so that others need a place as well.
    host.file.directory({ path = opt.path, mode = "1777" })
    host.file.directory({ path = opt.path .. "/" .. user.uid, mode = "0700", owner = opt.user })
    base(host, settings(opt))
  end,

  check = function(host, opt, report, base)
    base(host, settings(opt), report)
    local user = host.user.get({ name = opt.user, required = true })
    local home = host.filesystem.get(user.home)
    local place = host.file.get(opt.path .. "/" .. user.uid)
    if not place then
      report.failed("there is no place for the images of " .. opt.user, "alpod run nfs-home --user " .. opt.user)
    elseif place.owner ~= user.uid then
      report.failed(opt.path .. "/" .. user.uid .. " does not belong to " .. opt.user)
    else
      report.ok(("images of %s are in %s; the home lies on %s"):format(opt.user, opt.path, home and home.type or "something unknown"))
    end
  end,
})

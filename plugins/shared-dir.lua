--- A container that shares a directory with the machine, so that what either makes there belongs to the same person.

local symptoms = require("alpod.symptoms")
local checks = require("alpod.checks")
local userns = require("alpod.userns")
local subid = require("alpod.subid")

--- The command that makes it as it is declared.
local function again(opt)
  return checks.command("shared-dir", opt, {
    "user", "name", "image", "directory", "target", "uid", "gid", "hostname", "ports", "command",
  }) .. (opt.boot and "" or " --set boot=false")
end

--- Who the container's program is: by the options, else by the image.
local function identity(host, opt)
  if opt.uid then
    return opt.uid, opt.gid or opt.uid, "it was asked for"
  end
  local image = host.image.get({ name = opt.image, user = opt.user })
  if image and image.uid then
    local who = image.user == "" and "root" or image.user
    return image.uid, image.gid or image.uid, opt.image .. " runs as " .. who
  end
  return nil
end

--- The home of the image's user is the likeliest place where nothing else is said.
local function target(opt)
  return opt.target or opt.directory
end

---@type alpod.Plugin
return {
  api = 1,
  name = "shared-dir",
  summary = "Share a directory with a user's container, with the right owner on both sides",
  description = "An image that is not there is fetched first, since only its own files say whom it runs as. Files that earlier containers left to nobody come back with `fix`.",
  requires = { { "rootless", with = { user = "{user}" } } },
  options = {
    user = { type = "string", required = true, help = "whose container it is" },
    name = { type = "string", required = true, help = "the container's name" },
    image = { type = "string", required = true, help = "what it is made from" },
    directory = { type = "path", required = true, help = "the directory of the machine" },
    target = { type = "path", help = "where it is in the container; the same path when not given" },
    uid = { type = "integer", min = 0, max = 4294967294, help = "who the user is in the container; the image's user when not given" },
    gid = { type = "integer", min = 0, max = 4294967294, help = "the group; that of the image's user when not given" },
    hostname = { type = "string", help = "what the container calls itself" },
    ports = { type = "list", default = {}, help = "what it publishes: \"1122:1122\"" },
    command = { type = "list", default = {}, help = "what it runs; the image's own when not given" },
    fix = { type = "boolean", default = false, help = "give back what earlier containers left with owners that are nobody's" },
    boot = { type = "boolean", default = true, help = "whether it is started at boot" },
  },
  needs = {
    podman = { "run", "info", "chown" },
    ["podman.mount"] = { "{directory}" },
    services = { "alpod-container.{name}" },
  },
  try = "su - {user} -c 'podman exec {name} id'",

  setup = function(host, opt)
    -- Whom an image runs as is known once it is there; no registry has those that are built here.
    if not opt.uid and not opt.image:match("^localhost/") then
      host.image.add({ name = opt.image, user = opt.user })
    end
    local uid, gid = identity(host, opt)
    if not uid then
      host.machine.refuse({
        reason = ("whom %s runs as is not known: it is not there yet, or its user is in no file of it"):format(opt.image),
        advice = "build it first (alpod run build), or say it: --set uid=1000 --set gid=1000",
      })
    end
    if opt.fix then
      host.ownership.fix({ user = opt.user, directory = opt.directory })
    end
    local keep = userns.keep(host, opt.user, uid, gid)
    host.container.run({
      name = opt.name,
      image = opt.image,
      user = opt.user,
      hostname = opt.hostname,
      ports = opt.ports,
      volumes = { opt.directory .. ":" .. target(opt) },
      userns = keep.userns,
      uidmap = keep.uidmap,
      gidmap = keep.gidmap,
      run_as = keep.run_as,
      command = opt.command,
    })
    if opt.boot and host.machine.get().openrc then
      host.service.start(host.container.boot({ name = opt.name, user = opt.user }))
    end
  end,

  check = function(host, opt, report)
    if host.machine.get().offline then
      report.note("containers run when the machine does")
      return
    end
    local user = host.user.get({ name = opt.user, required = true })
    local uid, gid, reason = identity(host, opt)
    if uid then
      report.note(
        ("%s (%d) is %d:%d in %s, as %s: what either makes in %s belongs to %s"):format(
          user.name, user.uid, uid, gid, opt.name, reason, opt.directory, user.name
        )
      )
      local ids = host.subid.get(opt.user)
      local map = subid.map(user.uid, ids.users)
      local example = uid == 0 and 1 or 0
      local without = subid.outside(map, uid)
      if without and uid ~= 0 then
        report.note(("without keep-id it would belong to %d, who is nobody on the machine"):format(without))
      elseif example and subid.outside(map, example) then
        report.note(("files of its user %d belong to %d on the machine"):format(example, subid.outside(map, example)))
      end
    end
    local broken = host.ownership.get({ user = opt.user, directory = opt.directory })
    if #broken > 0 then
      report.failed(symptoms.found("foreign-owner", {
        text = ("files below %s belong to nobody: %d, such as %s, of %d"):format(
          opt.directory, #broken, broken[1].path, broken[1].uid
        ),
        evidence = opt.directory .. "/" .. broken[1].path,
        fix = again(opt) .. " --set fix=true",
      }))
    end
    local container = host.container.get({ name = opt.name, user = opt.user })
    if not container then
      report.failed("there is no container " .. opt.name, again(opt))
    elseif not container.running then
      report.failed("the container " .. opt.name .. " does not run", "podman logs " .. opt.name .. ", as " .. opt.user)
    else
      report.ok("the container " .. opt.name .. " runs and sees " .. opt.directory)
    end
  end,
}

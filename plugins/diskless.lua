--- A machine that runs from memory: what alpod changes is saved with `lbu commit`, its journal with it.

local journal = "/var/lib/alpod"

---@type alpod.Plugin
return {
  api = 1,
  name = "diskless",
  summary = "Save what alpod changes on a machine that runs from memory",
  description = "Without it everything is gone at the next boot, alpod's journal too. On a machine with its system on a disk nothing is done.",
  options = {
    paths = { type = "list", of = "path", default = {}, help = "what else is saved, beside /etc and alpod's journal: homes, storage" },
    commit = { type = "boolean", default = false, help = "save at the end of each run, with lbu commit" },
  },
  needs = {
    files = { "/etc/apk/protected_paths.d/lbu.list" },
    commands = { "/sbin/lbu" },
  },

  setup = function(host, opt)
    local backup = host.lbu.get()
    if not backup.diskless then
      return -- on a disk everything stays
    end
    local paths = { journal }
    for _, path in ipairs(opt.paths) do
      paths[#paths + 1] = path
    end
    host.lbu.include(paths)
    if opt.commit then
      host.lbu.commit()
    end
  end,

  check = function(host, _, report)
    local backup = host.lbu.get()
    if not backup.diskless then
      report.note("this machine has its system on a disk: what is changed stays")
      return
    end
    if not backup.medium then
      report.failed("no medium is named that changes are saved to (LBU_MEDIA in /etc/lbu/lbu.conf)", "setup-lbu")
    end
    local saved = false
    for _, path in ipairs(backup.included) do
      saved = saved or path == journal
    end
    if saved then
      report.ok("`lbu commit` saves what alpod changes, its journal among it")
    else
      report.failed("what alpod did cannot be taken back after a reboot: " .. journal .. " is not saved", "alpod run diskless")
    end
    report.note("images and containers lie in memory and are gone at the next boot, unless their storage is on a disk (alpod info storage)")
  end,
}

--- Which ports of the machine containers of users may be published at.

local symptoms = require("alpod.symptoms")

local key = "net.ipv4.ip_unprivileged_port_start"

---@type alpod.Plugin
return {
  api = 1,
  name = "ports",
  summary = "Decide from which port on users publish containers",
  description = "A lower port than 1024 is for every program of every user. The alternative is nginx in front: the plugin `proxy`.",
  options = {
    lowest = {
      type = "integer",
      default = 1024,
      min = 0,
      max = 1024,
      help = "the lowest port that users may open; at 1024, the kernel's own choice, a proxy in front serves ports below",
    },
  },
  needs = { sysctl = { key } },

  setup = function(host, opt)
    local now = host.sysctl.get(key)
    -- The kernel's own value needs no file that says so.
    local wanted = tostring(opt.lowest)
    if opt.lowest ~= 1024 or (now.boot and now.boot ~= wanted) or (now.value and now.value ~= wanted) then
      host.sysctl.set({ key = key, value = wanted })
    end
  end,

  check = function(host, opt, report)
    local now = host.sysctl.get(key)
    local wanted = tostring(opt.lowest)
    local container = host.machine.get().container
    if now.value and now.value ~= wanted and container then
      report.note("the lowest port of users is for the host of this container (" .. container .. ") to set: it is " .. now.value)
    elseif now.value and now.value ~= wanted then
      report.failed(symptoms.found("low-port", {
        text = "users may open ports from " .. now.value .. " on, not from " .. wanted,
        evidence = "/proc/sys/net/ipv4/ip_unprivileged_port_start",
        fix = "alpod run ports --set lowest=" .. wanted,
      }))
    elseif (now.boot or "1024") ~= wanted then
      report.failed(
        "from the next boot on users may open ports from " .. (now.boot or "1024") .. " on (" .. (now.file or "the kernel") .. ")",
        "alpod run ports --set lowest=" .. wanted
      )
    else
      report.ok("users publish containers at port " .. wanted .. " and above")
    end
  end,
}

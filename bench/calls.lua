--- Calls of the host and nothing else: what one costs.
---@type alpod.Plugin
return {
  api = 1,
  name = "calls",
  summary = "Call the host many times",
  options = { count = { type = "integer", default = 1, min = 1, help = "how many calls" } },
  setup = function(host, opt)
    local get = host.cgroup.get
    for _ = 1, opt.count do
      get()
    end
  end,
}

--- The jobs of the benchmark: a directory, lines in twenty files, a link, a file from a template.
local template = require("alpod.template")

---@type alpod.Plugin
return {
  api = 1,
  name = "jobs",
  summary = "Lines in twenty files, a directory, a link and a template",
  options = {
    place = { type = "path", required = true, help = "the directory that holds all of it" },
    lines = { type = "integer", default = 1, min = 1, help = "lines in each of the twenty files" },
  },
  needs = { files = { "{place}", "{place}/**" } },

  setup = function(host, opt)
    local app = opt.place .. "/app"
    host.file.directory({ path = app })
    for number = 1, 20 do
      local path = app .. "/file" .. number .. ".conf"
      for line = 1, opt.lines do
        host.file.line({ path = path, line = "key" .. line .. " = value" .. line })
      end
    end
    host.file.link({ path = opt.place .. "/current", target = "app" })
    local service = "# of ${name}\nname = ${name}\nport = ${port}\npath = /srv/${name}\n"
    host.file.write({
      path = app .. "/service.conf",
      content = template.fill(service, { name = "test", port = 8080 }),
    })
  end,
}

--- Several containers as services of the machine, without Quadlet: Alpine's Podman is built without systemd, so that there
--- are no .container files. Each container gets a service of OpenRC, which starts it at boot.

---@type alpod.Plugin
return {
  api = 1,
  name = "services",
  summary = "Run a database and an application as services of the machine",
  description = "Each of the two containers is a service of OpenRC, which starts it at boot.",
  requires = { "install", "cgroups" },
  fixtures = { "alpine-3.20", "alpine-3.23", "podman-5" },
  options = {
    image = { type = "string", required = true, help = "the application's image" },
    port = { type = "integer", min = 1, max = 65535, default = 8080, help = "where it is published, for this machine alone" },
    database = { type = "string", default = "docker.io/library/postgres:16-alpine", help = "the database's image" },
    password_file = { type = "path", default = "/etc/services.password", help = "the file that holds the database's password" },
  },
  needs = {
    podman = { "run", "info" },
    ["podman.mount"] = { "/srv/services/**" },
    files = { "/srv/services/**" },
    read = { "{password_file}" },
    services = { "alpod-container.database", "alpod-container.application" },
  },
  try = "rc-service alpod-container.application status",

  setup = function(host, opt)
    -- podman makes no directories of the machine. 70 is the postgres of the image.
    host.file.directory({ path = "/srv/services/database", mode = "0700" })
    host.container.run({
      name = "database",
      image = opt.database,
      volumes = { "/srv/services/database:/var/lib/postgresql/data" },
      -- The password goes from the file into the container, and stands in no plan, journal or process list.
      secrets = { POSTGRES_PASSWORD = opt.password_file },
      restart = "on-failure",
    })
    host.container.run({
      name = "application",
      image = opt.image,
      ports = { ("127.0.0.1:%d:8080"):format(opt.port) },
      environment = { DATABASE_HOST = "host.containers.internal" },
      secrets = { DATABASE_PASSWORD = opt.password_file },
      restart = "on-failure",
    })
    if host.machine.get().openrc then
      host.service.start(host.container.boot({ name = "database" }))
      host.service.start(host.container.boot({ name = "application" }))
    end
  end,

  check = function(host, opt, report)
    if host.machine.get().offline then
      report.note("containers run when the machine does")
      return
    end
    for _, name in ipairs({ "database", "application" }) do
      local container = host.container.get(name)
      if container and container.running then
        report.ok("the container " .. name .. " runs")
      else
        report.failed("the container " .. name .. " does not run", "podman logs " .. name)
      end
    end
  end,
}

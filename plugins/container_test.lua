example({ name = "web", image = "docker.io/library/nginx:1.27", ports = { "8080:80" }, restart = "always" })
example({
  name = "web",
  image = "docker.io/library/nginx:1.27",
  user = "admin",
  volumes = { "/srv/www:/www:ro" },
  environment = { MODE = "plain" },
  userns = "keep-id",
}, { on = { "alpine-3.20", "podman-4", "done" }, files = { ["/srv/www"] = { dir = true } } })

describe("container", function()
  local web = { name = "web", image = "docker.io/library/nginx:1.27", ports = { "8080:80" } }

  it("runs it, and starts it at boot", function()
    local p = plan(web, machine({ base = "podman-5" }))
    expect(p):runs("web")
    expect(p):enables("alpod-container.web")
  end)

  it("leaves the boot alone where that is said", function()
    local settings = { name = "web", image = "docker.io/library/nginx:1.27", boot = false }
    expect(plan(settings, machine({ base = "podman-5" }))).never:enables("alpod-container.web")
  end)

  it("makes it anew when it is declared otherwise", function()
    local done = run(web, machine({ base = "podman-5" }))
    local other = { name = "web", image = "docker.io/library/nginx:1.27", ports = { "8081:80" } }
    expect(plan(web, done)):is_empty()
    expect(plan(other, done)):runs("web")
  end)

  it("needs a name and an image", function()
    expect(plan({ name = "web" })):refuses("image")
  end)
end)

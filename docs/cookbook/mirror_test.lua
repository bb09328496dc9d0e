example({ mirror = "mirror.example.org:5000" })
example({ mirror = "10.0.0.2:5000", registry = "quay.io", insecure = true })

describe("mirror", function()
  local file = "/etc/containers/registries.conf.d/50-mirror-docker.io.conf"

  it("has a drop-in of its own for each registry", function()
    local p = plan({ mirror = "mirror.example.org:5000" }, machine({ base = "podman-5" }))
    expect(p):writes(file, 'location = "mirror.example.org:5000"\ninsecure = false')
  end)

  it("takes no text that would say more than a name", function()
    expect(plan({ mirror = 'a"\ninsecure = true' })):refuses("control character")
    expect(plan({ mirror = 'a" b' })):refuses("which is no registry")
  end)

  it("sees a drop-in that somebody changed", function()
    local done = run({ mirror = "mirror.example.org:5000" }, machine({ base = "podman-5", files = { [file] = "# mine\n" } }))
    expect(done):writes(file, "mirror.example.org")
    expect(check({ mirror = "other.example.org" }, done)):fails("not as declared")
  end)
end)

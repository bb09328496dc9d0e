example({ user = "admin" }, { except = { "minirootfs" } })
example({}, { on = { "alpine-3.20", "alpine-3.23", "podman-5" } })

describe("socket", function()
  it("serves root's socket by Alpine's own service", function()
    expect(plan(machine({ base = "podman-5" }))):enables("podman", "default")
  end)

  it("serves a user's by a service of its own", function()
    expect(plan({ user = "admin" }, machine({ base = "podman-5" }))):enables("podman.admin", "default")
  end)

  it("cannot serve where there is no OpenRC", function()
    expect(plan({ user = "admin" }, machine({ base = "minirootfs" }))):refuses("OpenRC")
  end)
end)

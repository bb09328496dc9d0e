example({}, { except = { "minirootfs", "stale-store" } })

describe("server", function()
  it("installs Podman and serves its API as root", function()
    local p = plan(machine({ base = "alpine-3.20" }))
    expect(p):adds("podman")
    expect(p):enables("podman")
  end)

  it("cannot serve where there is no OpenRC", function()
    expect(plan(machine({ base = "minirootfs" }))):refuses("OpenRC")
  end)

  it("does not throw storage away", function()
    expect(plan(machine({ base = "stale-store" }))):refuses("was begun with vfs")
  end)
end)

example({ user = "admin" })

describe("distrobox", function()
  it("is installed for a user who may run containers", function()
    local p = plan({ user = "admin" }, machine({ base = "alpine-3.20" }))
    expect(p):adds("distrobox", "podman")
    expect(p):grants("admin")
    expect(p):changes("/")
  end)

  it("says that publishing does nothing there", function()
    expect(run({ user = "admin" }, machine({ base = "alpine-3.20" })).report):notes("`--publish` does nothing")
  end)

  it("asks for a user", function()
    expect(plan()):refuses("for which user")
  end)
end)

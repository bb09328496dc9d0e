example({ user = "admin" })

describe("workstation", function()
  it("is rootless containers and distrobox", function()
    local p = plan({ user = "admin" }, machine({ base = "alpine-3.20" }))
    expect(p):adds("podman", "distrobox")
    expect(p):grants("admin")
  end)
end)

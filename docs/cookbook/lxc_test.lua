example({}, { files = { ["/dev/fuse"] = { device = "c", major = 10, minor = 229, mode = "666" } } })

describe("lxc", function()
  it("does without the limit that LXC cannot give", function()
    local p = plan(machine({ base = "in-container" }))
    expect(p):writes("/etc/containers/containers.conf.d/50-lxc.conf", "pids_limit = 0")
    expect(p):adds("fuse-overlayfs")
  end)

  it("leaves the limit on a machine", function()
    expect(plan(machine({ base = "alpine-3.20" }))).never:writes("/etc/containers/containers.conf.d/50-lxc.conf")
  end)

  it("says which line the host lacks", function()
    local without = machine({ base = "in-container", files = { ["/dev/fuse"] = false } })
    expect(check(without)):notes("/dev/fuse")
  end)
end)

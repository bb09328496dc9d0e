example()
example(
  { docker = true, compose = true, fuse_overlayfs = true },
  { on = { "alpine-3.20", "alpine-3.23", "podman-6" } }
)
example({ runtime = "runc", allow_remove = { "crun", "yajl" } }, { on = { "alpine-3.20", "podman-5" } })

describe("install", function()
  it("adds Podman, a runtime and the firewall tool", function()
    local p = plan(machine({ base = "alpine-3.20" }))
    expect(p):adds("podman", "crun", "nftables")
    expect(p):writes("/etc/apk/repositories", "\nhttp://dl-cdn.alpinelinux.org/alpine/v3.20/community")
  end)

  it("takes iptables before Podman 5", function()
    local p = plan(machine({ base = "alpine-3.18" }))
    expect(p):adds("iptables")
    expect(p).never:adds("nftables")
  end)

  it("does not take crun away unless that is said", function()
    local there = machine({ base = "podman-5" })
    expect(plan({ runtime = "runc" }, there)):refuses("crun")
    expect(plan({ runtime = "runc", allow_remove = { "crun", "yajl" } }, there)):removes("crun")
  end)

  it("takes the version and the tag that are said", function()
    local there = machine({ base = "alpine-3.20" })
    expect(plan({ version = "~5.2" }, there)):adds("podman")
    expect(plan({ version = ">=9" }, there)):refuses("podman")
    expect(plan({ tag = "edge" }, there)):refuses("edge")
  end)

  it("says that there is no network", function()
    expect(plan(machine({ base = "alpine-3.20", network = false }))):refuses("network")
  end)
end)

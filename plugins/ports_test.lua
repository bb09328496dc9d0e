example({ lowest = 80 }, { except = { "minirootfs" } })
example({}, { on = { "alpine-3.20", "done" } })

describe("ports", function()
  it("lets users open ports from 80 on, now and at boot", function()
    local p = plan({ lowest = 80 }, machine({ base = "alpine-3.20" }))
    expect(p):sets("net.ipv4.ip_unprivileged_port_start", 80)
    expect(p):writes("/etc/sysctl.d/alpod.conf", "net.ipv4.ip_unprivileged_port_start")
  end)

  it("knows that /etc/sysctl.conf goes before", function()
    local there = machine({ base = "alpine-3.20", files = { ["/etc/sysctl.conf"] = "net.ipv4.ip_unprivileged_port_start = 1000\n" } })
    expect(plan({ lowest = 80 }, there)):writes("/etc/sysctl.conf", "net.ipv4.ip_unprivileged_port_start = 80")
  end)

  it("has nothing to do for what the kernel does by itself", function()
    expect(plan(machine({ base = "alpine-3.20" }))):is_empty()
  end)
end)

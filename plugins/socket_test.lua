example({ user = "admin" }, { except = { "minirootfs" } })
example({}, { on = { "alpine-3.20", "alpine-3.23", "podman-5" } })

describe("socket", function()
  it("serves root's socket by Alpine's own service", function()
    expect(plan(machine({ base = "podman-5" }))):enables("podman", "default")
  end)

  it("serves a user's by a service of its own", function()
    expect(plan({ user = "admin" }, machine({ base = "podman-5" }))):enables("podman.admin", "default")
  end)

  it("says what else it starts", function()
    expect(run({ user = "admin" }, machine({ base = "podman-5" })).report):notes("restart policy always")
  end)

  it("cannot serve where there is no OpenRC", function()
    expect(plan({ user = "admin" }, machine({ base = "minirootfs" }))):refuses("OpenRC")
  end)

  -- supervise-daemon counts as started whatever podman does.
  it("does not take OpenRC's word for a socket", function()
    local settled = {
      base = "podman-5",
      files = {
        ["/etc/runlevels/default/podman"] = { link = "/etc/init.d/podman" },
        ["/run/openrc/started/podman"] = { link = "/etc/init.d/podman" },
      },
    }
    expect(check(machine(settled))):fails("there is no socket at /run/podman/podman.sock")
    settled.files["/run/podman/podman.sock"] = "no socket"
    expect(check(machine(settled))):fails("there is no socket at /run/podman/podman.sock")
    expect(run(machine({ base = "podman-5" })).report):says("served on /run/podman/podman.sock")
    expect(run({ user = "admin" }, machine({ base = "podman-5" })).report):says("served on /run/user/1000/podman/podman.sock")
  end)
end)

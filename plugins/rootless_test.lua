example({ user = "admin" })
example(
  { user = "admin", runtime_dir = "boot", count = 131072 },
  { on = { "alpine-3.20", "messy", "done", "podman-4" } }
)
example({ user = "admin", runtime_dir = "elogind" }, { on = { "alpine-3.20" } })
example({ user = "admin", runtime_dir = "pam-rundir" }, { on = { "alpine-3.20" } })

describe("rootless", function()
  it("gives a user ids, the modules and a shared root", function()
    local p = plan({ user = "admin" }, machine({ base = "alpine-3.20" }))
    expect(p):grants("admin")
    expect(p):writes("/etc/subuid", { exactly = "admin:100000:65536\n" })
    expect(p):loads("tun")
    expect(p):shares("/")
  end)

  it("leaves the ids of others alone", function()
    local p = plan(
      { user = "admin" },
      machine({ base = "alpine-3.20", files = { ["/etc/subuid"] = "bob:100000:65536\n", ["/etc/subgid"] = "bob:100000:65536\n" } })
    )
    expect(p):writes("/etc/subuid", "bob:100000:65536\n")
    expect(p):writes("/etc/subuid", "admin:165536:65536\n")
  end)

  it("widens a range that is too small, and leaves one that is not", function()
    local done = machine({ base = "done" })
    expect(plan({ user = "admin", count = 131072 }, done)):grants("admin")
    expect(plan({ user = "admin", count = 1000 }, done)):is_empty()
  end)

  it("has nothing to do where all is done", function()
    local done = machine({ base = "done" })
    expect(plan({ user = "admin" }, done)):is_empty()
    expect(check({ user = "admin" }, done)):is_ok()
  end)

  it("says what is missing before it ran", function()
    expect(check({ user = "admin" }, machine({ base = "alpine-3.20" }))):fails("not installed")
  end)

  it("opens nobody's directory because a link leads there", function()
    local there = machine({
      base = "done",
      files = { ["/home/admin/.local"] = { link = "/root" }, ["/root"] = { dir = true, mode = "700" } },
    })
    expect(check({ user = "admin" }, there)):fails("leads the storage of admin to /root/share/containers/storage")
    expect(check({ user = "admin" }, machine({ base = "done", files = { ["/home"] = { dir = true, mode = "700" } } })))
      :fails("may not pass through a directory")
  end)

  it("does not make up a user", function()
    expect(plan({ user = "nobody-here" })):refuses("no user")
  end)
end)

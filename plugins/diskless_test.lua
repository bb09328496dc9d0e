example({ paths = { "/home/admin" } })
example({ commit = true }, { on = { "diskless", "alpine-3.20" } })

describe("diskless", function()
  it("has the journal saved on a machine that runs from memory", function()
    local p = plan({ paths = { "/home/admin" } }, machine({ base = "diskless" }))
    expect(p):writes("/etc/apk/protected_paths.d/lbu.list", "+var/lib/alpod")
    expect(p):writes("/etc/apk/protected_paths.d/lbu.list", "+home/admin")
  end)

  it("has nothing to do on a disk", function()
    expect(plan(machine({ base = "alpine-3.20" }))):is_empty()
  end)
end)

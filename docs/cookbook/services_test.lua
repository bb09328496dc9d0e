local files = { ["/etc/services.password"] = { mode = "600", content = "secret\n" } }

example({ image = "registry.example.org/app:1" }, { files = files })

describe("services", function()
  local settings = { image = "registry.example.org/app:1" }
  local there = machine({ base = "podman-5", files = files })

  it("starts both at boot, and now", function()
    local p = plan(settings, there)
    expect(p):runs("database", "application")
    expect(p):enables("alpod-container.database"):enables("alpod-container.application")
    expect(p):starts("alpod-container.application")
  end)

  it("makes the application anew with another image, and leaves the database", function()
    local p = plan({ image = "registry.example.org/app:2" }, run(settings, there))
    expect(p):runs("application")
    expect(p).never:runs("database")
  end)

  it("shows the password nowhere", function()
    for _, change in ipairs(plan(settings, there).changes) do
      expect(change.summary:find("secret", 1, true)):is_nil()
    end
  end)

  it("wants the file with the password", function()
    expect(plan(settings, machine({ base = "podman-5" }))):refuses("/etc/services.password")
  end)
end)

local files = { ["/home/admin/dev"] = { dir = true, owner = "1000", group = "1000" } }

example(
  { user = "admin", name = "dev", image = "localhost/dev", directory = "/home/admin/dev", uid = 1000 },
  { files = files }
)

describe("shared-dir", function()
  local settings = { user = "admin", name = "dev", image = "localhost/dev", directory = "/home/admin/dev", uid = 1000 }

  it("runs the container as its user", function()
    expect(plan(settings, machine({ base = "done", files = files }))):runs("dev")
  end)

  it("wants to know whom an image runs as that is not there", function()
    local p = plan(
      { user = "admin", name = "dev", image = "localhost/dev", directory = "/home/admin/dev" },
      machine({ base = "done" })
    )
    expect(p):refuses("is not known")
  end)
end)

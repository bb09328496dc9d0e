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

  it("fetches the image that it has to know, where a registry has it", function()
    local other = { user = "admin", name = "dev", image = "quay.io/some/dev", directory = "/home/admin/dev" }
    local p = plan(other, machine({ base = "done", files = files }))
    expect(p):changes("quay.io/some/dev")
    -- Whom it runs as is said by what was fetched.
    expect(p).never:runs("dev")
    other.uid = 1000
    expect(plan(other, machine({ base = "done", files = files }))):runs("dev")
  end)

  it("explains itself", function()
    local report = run(settings, machine({ base = "done", files = files })).report
    expect(report):notes("admin (1000) is 1000:1000 in dev")
    expect(report):notes("without keep-id it would belong to 100999")
  end)

  it("wants to know whom an image runs as that is not there", function()
    local p = plan(
      { user = "admin", name = "dev", image = "localhost/dev", directory = "/home/admin/dev" },
      machine({ base = "done" })
    )
    expect(p):refuses("is not known")
  end)
end)

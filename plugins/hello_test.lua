example({ user = "admin", root = true })

describe("hello", function()
  it("wants nothing beside what it requires", function()
    expect(plan(machine({ base = "done" }))):is_empty()
  end)
end)

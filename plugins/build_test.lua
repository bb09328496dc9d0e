local files = { ["/srv/dev/Containerfile"] = "FROM docker.io/library/alpine:3.20\n" }

example({ name = "localhost/dev", directory = "/srv/dev", user = "admin" }, { files = files })
example(
  { name = "dev", directory = "/srv/dev", arguments = { who = "me" }, proxy = true },
  { on = { "podman-5", "alpine-3.20" }, files = files }
)

describe("build", function()
  local source = machine({ base = "podman-5", files = files })

  it("builds an image that is not there", function()
    local p = plan({ name = "localhost/dev", directory = "/srv/dev" }, source)
    expect(p):builds("localhost/dev")
  end)

  it("builds nothing anew as long as the directory stays as it is", function()
    local built = run({ name = "localhost/dev", directory = "/srv/dev" }, source)
    expect(plan({ name = "localhost/dev", directory = "/srv/dev" }, built)):is_empty()
  end)
end)

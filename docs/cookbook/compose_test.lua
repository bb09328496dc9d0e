local files = { ["/srv/shop/compose.yaml"] = "services:\n  web:\n    image: nginx\n" }

example({ name = "shop", directory = "/srv/shop" }, { files = files })

describe("compose", function()
  local there = machine({ base = "alpine-3.20", files = files })

  it("installs podman-compose, and has the stack started at boot and now", function()
    local p = plan({ name = "shop", directory = "/srv/shop" }, there)
    expect(p):adds("podman-compose")
    expect(p):writes("/etc/local.d/compose-shop.start", { mode = "0755", holds = "podman-compose --project-name shop up" })
    expect(p):writes("/etc/local.d/compose-shop.stop", "down")
    expect(p):enables("local", "default")
    expect(p):changes("podman-compose --project-name shop --file /srv/shop/compose.yaml up")
  end)

  it("wants a compose.yaml", function()
    expect(plan({ name = "shop", directory = "/srv/nothing" }, there)):refuses("no compose.yaml")
  end)

  it("takes no name that would be more than one word", function()
    expect(plan({ name = "a b", directory = "/srv/shop" }, there)):refuses("lower-case letters")
  end)
end)

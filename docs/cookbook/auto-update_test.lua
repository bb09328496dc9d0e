example({ images = { "docker.io/library/nginx:1.27" }, plugins = { "web" } })

describe("auto-update", function()
  local script = "/etc/periodic/daily/alpod-auto-update"

  it("fetches first, then makes anew", function()
    local p = plan({ images = { "docker.io/library/nginx:1.27" }, plugins = { "web" } })
    expect(p):writes(script, { mode = "0755", matches = "pull %-%-quiet docker%.io/library/nginx:1%.27.*alpod run %-%-yes web" })
  end)

  it("takes no word that a shell would take apart", function()
    expect(plan({ images = { "x; reboot" } })):refuses("which is no name")
  end)

  it("sees a script that lost its mode", function()
    local done = run({ images = { "a" } })
    expect(check({ images = { "a" } }, done)):is_ok()
    local p = plan({ images = { "a" } }, machine({ base = "podman-5", files = { [script] = "#!/bin/sh\n" } }))
    expect(p):writes(script, { mode = "0755" })
  end)
end)

local files = { ["/dev/dri/renderD128"] = { device = "c", major = 226, minor = 128, mode = "660" } }

example({ image = "docker.io/library/compute:1" }, { files = files })

describe("gpu", function()
  local settings = { image = "docker.io/library/compute:1" }

  it("hands the device to the container", function()
    local p = plan(settings, machine({ base = "podman-5", files = files }))
    expect(p):runs("gpu")
    expect(p):changes("gpu")
  end)

  it("says that there is no GPU", function()
    expect(plan(settings, machine({ base = "podman-5" }))):refuses("no driver for a GPU")
  end)

  it("takes no file for a device", function()
    local there = machine({ base = "podman-5", files = { ["/dev/dri/renderD128"] = "" } })
    expect(plan(settings, there)):refuses("is no device")
  end)
end)

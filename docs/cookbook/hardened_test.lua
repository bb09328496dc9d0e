example({ registries = { "docker.io/library", "registry.example.org" } })

describe("hardened", function()
  local settings = { registries = { "docker.io/library" } }

  it("rejects what comes from elsewhere", function()
    local p = plan(settings, machine({ base = "podman-5" }))
    expect(p):writes("/etc/containers/policy.json", '"default": [{ "type": "reject" }]')
    expect(p):writes("/etc/containers/policy.json", '"docker.io/library": [{ "type": "insecureAcceptAnything" }]')
    expect(p):writes("/etc/containers/registries.conf.d/50-hardened.conf", 'short-name-mode = "enforcing"')
  end)

  it("gives fewer rights, and those that are asked for", function()
    local p = plan({ registries = { "a.example" }, capabilities = { "CHOWN" } }, machine({ base = "podman-5" }))
    expect(p):writes("/etc/containers/containers.conf.d/50-hardened.conf", 'default_capabilities = [\n  "CHOWN",\n]')
  end)

  it("takes no name that would say more in JSON", function()
    expect(plan({ registries = { 'a", "b' } })):refuses("which is no name")
  end)

  it("sees a policy that somebody opened again", function()
    local done = run(settings, machine({ base = "podman-5" }))
    expect(check(settings, done)):is_ok()
    expect(check({ registries = { "quay.io" } }, done)):fails("policy.json is not as declared")
  end)
end)

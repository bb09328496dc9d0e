example({ name = "web", upstream = "127.0.0.1:8080" })

describe("proxy", function()
  local block = "/etc/nginx/http.d/alpod-web.conf"

  it("puts nginx in front of a port", function()
    local p = plan({ name = "web", upstream = "127.0.0.1:8080", hosts = { "www.example.org" } })
    expect(p):adds("nginx")
    expect(p):writes(block, "server_name www.example.org;")
    expect(p):writes(block, "proxy_pass http://127.0.0.1:8080;")
    expect(p):enables("nginx")
  end)

  it("serves https with a certificate", function()
    local there = machine({ files = { ["/etc/ssl/web.pem"] = "", ["/etc/ssl/web.key"] = { mode = "600", content = "" } } })
    local p = plan(
      { name = "web", upstream = "127.0.0.1:8080", certificate = "/etc/ssl/web.pem", key = "/etc/ssl/web.key" },
      there
    )
    expect(p):writes(block, "listen 443 ssl;")
  end)

  it("wants the key with its certificate", function()
    expect(plan({ name = "web", upstream = "127.0.0.1:8080", certificate = "/etc/ssl/web.pem" })):refuses("go together")
  end)

  it("lets no word end a directive", function()
    local p = plan({ name = "web", upstream = "127.0.0.1:8080; return 200" })
    expect(p):writes(block, 'proxy_pass "http://127.0.0.1:8080; return 200";')
  end)
end)

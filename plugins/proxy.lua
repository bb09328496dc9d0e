--- nginx in front of a published port: one server block for a service.

local checks = require("alpod.checks")
local template = require("alpod.template")

local text = [[
# Written by alpod for ${name:plain}.
# Who asks for another protocol, such as WebSocket, gets it; other connections stay open for the next request.
map $http_upgrade ${variable:plain} {
	default upgrade;
	"" "";
}

server {
	listen ${listen:plain};
	listen [::]:${listen:plain};
	server_name ${hosts:plain};
${tls:plain}	client_max_body_size ${max_body};

	location / {
		proxy_pass ${upstream};
		proxy_http_version 1.1;
		proxy_set_header Host $host;
		proxy_set_header X-Real-IP $remote_addr;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto $scheme;
		proxy_set_header Upgrade $http_upgrade;
		proxy_set_header Connection ${variable:plain};
	}
}
]]

local tls_text = [[
	ssl_certificate ${certificate};
	ssl_certificate_key ${key};
]]

local function path(name)
  return "/etc/nginx/http.d/alpod-" .. name .. ".conf"
end

local function block(opt)
  local hosts = {}
  for index, host in ipairs(opt.hosts) do
    hosts[index] = template.escapes.nginx(host)
  end
  local tls, listen = "", opt.listen
  if opt.certificate then
    tls = template.fill(tls_text, { certificate = opt.certificate, key = opt.key }, "nginx")
    listen = (listen or 443) .. " ssl"
  end
  return template.fill(text, {
    name = opt.name,
    variable = "$alpod_" .. opt.name:gsub("%-", "_") .. "_connection",
    listen = listen or 80,
    hosts = #hosts > 0 and table.concat(hosts, " ") or "_",
    tls = tls,
    max_body = opt.max_body,
    upstream = "http://" .. opt.upstream,
  }, "nginx")
end

---@type alpod.Plugin
return {
  api = 1,
  name = "proxy",
  summary = "Put nginx in front of a published port",
  description = "nginx checks each configuration before it takes it up; one that it cannot load is taken back, and nginx goes on as before.",
  options = {
    name = { type = "string", required = true, help = "the service; its server block gets this name" },
    upstream = { type = "string", required = true, help = "where it is published: \"127.0.0.1:8080\"" },
    hosts = { type = "list", default = {}, help = "names that it is asked for by; every name when not given" },
    listen = { type = "integer", min = 1, max = 65535, help = "the port; 80, or 443 with a certificate" },
    certificate = { type = "path", help = "the file with the certificate and its chain" },
    key = { type = "path", help = "the file with its key" },
    max_body = { type = "string", default = "1m", help = "the largest request: \"100m\"" },
  },
  needs = {
    apk = { "nginx" },
    files = { "/etc/nginx/http.d/alpod-{name}.conf" },
    read = { "/etc/nginx/http.d", "{certificate}", "{key}" },
    services = { "nginx" },
    commands = { "/etc/init.d/nginx" },
  },

  setup = function(host, opt)
    if not opt.name:match("^[%l%d][%l%d%-_]*$") then
      error("name is \"" .. opt.name .. "\"; it is lower-case letters, digits, - and _", 0)
    end
    if (opt.certificate == nil) ~= (opt.key == nil) then
      error("certificate and key go together; one of them is missing", 0)
    end
    for _, file in ipairs({ opt.certificate, opt.key }) do
      if not host.file.get(file) then
        host.machine.refuse({ reason = "there is no " .. file, advice = "put it there first" })
      end
    end
    host.apk.add("nginx")
    -- nginx says whether it can load it; if not, the file is taken back and nginx goes on as before. The service asks it:
    -- `nginx -t` fails as long as /run/nginx is missing, which the service makes.
    host.file.write({ path = path(opt.name), content = block(opt), validate = { "/etc/init.d/nginx", "--quiet", "checkconfig" } })
    if host.machine.get().openrc then
      host.service.enable("nginx")
      host.service.start("nginx")
      host.service.reload({ name = "nginx", files = { "/etc/nginx/http.d" } })
    end
  end,

  check = function(host, opt, report)
    local service = host.service.get("nginx")
    if host.file.read(path(opt.name)) ~= block(opt) then
      report.failed("the server block of " .. opt.name .. " is not as declared",
        checks.command("proxy", opt, { "name", "upstream", "hosts", "listen", "certificate", "key", "max_body" })
      )
    else
      report.ok("nginx has a server block for " .. opt.name .. ", in front of " .. opt.upstream)
    end
    local machine = host.machine.get()
    if not machine.offline and machine.booted and not (service and service.started) then
      report.failed("nginx does not run", "rc-service nginx start")
    end
  end,
}

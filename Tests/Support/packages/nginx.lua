-- nginx as Alpine 3.20 has it, with Debian's program; nothing where that is not installed.
local debian = ...

local program = io.open("/usr/sbin/nginx")
if not program then return { main = {} } end
program:close()

local files = debian.programs { "/usr/sbin/nginx" }
files["etc/nginx/http.d/"] = {}
files["etc/nginx/http.d/default.conf"] = [[
server {
	listen 8080 default_server;
	return 404;
}
]]
files["etc/nginx/nginx.conf"] = [[
user nobody nobody;
worker_processes 1;
error_log /var/log/nginx/error.log warn;
pid /run/nginx/nginx.pid;
events {
	worker_connections 64;
}
http {
	access_log off;
	client_body_temp_path /var/lib/nginx/tmp/body;
	proxy_temp_path /var/lib/nginx/tmp/proxy;
	fastcgi_temp_path /var/lib/nginx/tmp/fastcgi;
	uwsgi_temp_path /var/lib/nginx/tmp/uwsgi;
	scgi_temp_path /var/lib/nginx/tmp/scgi;
	include /etc/nginx/http.d/*.conf;
}
]]
files["var/lib/nginx/tmp/"] = { mode = 448 }
files["var/log/nginx/"] = {}

-- As Alpine's: the directory for the pid is made by the service alone, and nothing can be checked before.
local service = [[
#!/sbin/openrc-run

description="Web server"
command=/usr/sbin/nginx
pidfile=/run/nginx/nginx.pid
extra_commands=checkconfig
extra_started_commands=reload

depend() {
	need net
	after firewall
}

start_pre() {
	checkpath --directory --owner nobody:nobody "${pidfile%/*}"
	$command -t -q
}

checkconfig() {
	ebegin "Checking nginx"
	start_pre
	eend $?
}

reload() {
	ebegin "Reloading nginx"
	start_pre && kill -HUP "$(cat "$pidfile")"
	eend $?
}
]]

return {
  main = {
    { name = "nginx", version = "1.26.3-r0", size = 1536000, depends = "so:libpcre2-8.so.0",
      provides = "cmd:nginx=1.26.3-r0", files = files },
    { name = "nginx-openrc", version = "1.26.3-r0", size = 4096, origin = "nginx",
      install_if = "nginx=1.26.3-r0 openrc",
      files = { ["etc/init.d/nginx"] = { text = service, mode = 493 } } },
  },
}

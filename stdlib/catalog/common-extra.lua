-- What people add around Podman. The format is described in common-base.lua.

local service = { mode = "755", sketch = true, content = "#!/sbin/openrc-run\n" }

return {
  packages = {
    buildah = {
      repository = "community",
      depends = {
        "musl", "containers-common", "gpgme", "libassuan", "libgpg-error", "libseccomp", "oci-runtime",
        "shadow-subids",
      },
      files = { ["/usr/bin/buildah"] = { mode = "755" } },
    },
    skopeo = {
      repository = "community",
      depends = { "musl", "containers-common", "gpgme", "libassuan", "libgpg-error" },
      files = { ["/usr/bin/skopeo"] = { mode = "755" } },
    },
    distrobox = {
      repository = "community",
      depends = { "podman", "/bin/sh" },
      files = { ["/usr/bin/distrobox"] = { mode = "755" } },
    },
    ["podman-compose"] = {
      repository = "community",
      depends = { "podman", "py3-dotenv", "py3-yaml", "python3" },
      files = { ["/usr/bin/podman-compose"] = { mode = "755" } },
    },
    ["py3-dotenv"] = { repository = "community", depends = { "python3" } },
    ["py3-yaml"] = { depends = { "musl", "python3", "yaml" } },
    python3 = {
      depends = {
        "gdbm", "libbz2", "libcrypto3", "libexpat", "libffi", "libncursesw", "libpanelw", "libssl3", "mpdecimal", "musl",
        "readline", "sqlite-libs", "xz-libs", "zlib",
      },
      files = { ["/usr/bin/python3"] = { mode = "755" } },
    },
    gdbm = { depends = { "musl" } },
    libbz2 = { depends = { "musl" } },
    libexpat = { depends = { "musl" } },
    libpanelw = { depends = { "musl", "libncursesw" } },
    mpdecimal = { depends = { "musl" } },
    yaml = { depends = { "musl" } },

    ["fuse-overlayfs"] = {
      repository = "community",
      depends = { "musl", "fuse3", "fuse3-libs" },
      files = {
        ["/usr/bin/fuse-overlayfs"] = { mode = "755" },
        ["/usr/lib/modules-load.d/fuse-overlayfs.conf"] = { content = "fuse\n" },
      },
    },
    fuse3 = {
      depends = { "musl", "fuse-common", "fuse3-libs" },
      files = { ["/usr/bin/fusermount3"] = { mode = "4755" } },
    },
    ["fuse3-libs"] = { depends = { "musl" } },
    ["fuse-common"] = {
      files = { ["/etc/fuse.conf"] = { sketch = true, content = "#mount_max = 1000\n#user_allow_other\n" } },
    },
    ["fuse-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "fuse-common" },
      files = { ["/etc/init.d/fuse"] = service },
    },

    nginx = {
      depends = { "musl", "libcrypto3", "libssl3", "pcre2", "zlib" },
      files = {
        ["/etc/nginx/conf.d"] = { dir = true },
        ["/etc/nginx/fastcgi_params"] = {},
        ["/etc/nginx/http.d"] = { dir = true },
        ["/etc/nginx/http.d/default.conf"] = {
          sketch = true,
          content = [[
server {
	listen 80 default_server;
	listen [::]:80 default_server;
	location / {
		return 404;
	}
}
]],
        },
        ["/etc/nginx/mime.types"] = {},
        ["/etc/nginx/modules"] = { dir = true },
        ["/etc/nginx/nginx.conf"] = {
          sketch = true,
          content = [[
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log warn;
include /etc/nginx/modules/*.conf;
# Read outside of http: a server block does not belong there.
include /etc/nginx/conf.d/*.conf;
events {
	worker_connections 1024;
}
http {
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	server_tokens off;
	client_max_body_size 1m;
	map $http_upgrade $connection_upgrade {
		default upgrade;
		'' close;
	}
	access_log /var/log/nginx/access.log;
	include /etc/nginx/http.d/*.conf;
}
]],
        },
        ["/usr/sbin/nginx"] = { mode = "755" },
      },
    },
    ["nginx-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "nginx" },
      files = {
        ["/etc/conf.d/nginx"] = { sketch = true, content = "#cfgfile=/etc/nginx/nginx.conf\n#rc_need=\"net\"\n" },
        ["/etc/init.d/nginx"] = service,
      },
    },

    -- Each of the two gives a login its /run/user/UID; a machine has one of them.
    elogind = {
      repository = "community",
      depends = { "musl", "dbus", "eudev-libs", "libcap2", "libelogind", "linux-pam", "shadow" },
      files = {
        ["/etc/elogind/logind.conf"] = { sketch = true, content = "[Login]\n#KillUserProcesses=no\n" },
        ["/usr/lib/security/pam_elogind.so"] = { mode = "755" },
      },
    },
    ["elogind-openrc"] = {
      repository = "community",
      depends = { "openrc" },
      install_if = { "openrc", "elogind" },
      files = { ["/etc/init.d/elogind"] = service },
    },
    libelogind = { repository = "community", depends = { "musl", "libcap2" } },
    ["pam-rundir"] = {
      repository = "community",
      depends = { "musl", "linux-pam" },
      files = { ["/lib/security/pam_rundir.so"] = { mode = "755" } },
    },
    dbus = {
      depends = { "musl", "dbus-libs", "libexpat" },
      files = { ["/usr/bin/dbus-daemon"] = { mode = "755" }, ["/usr/share/dbus-1/system.conf"] = {} },
    },
    ["dbus-libs"] = { depends = { "musl" } },
    ["dbus-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "dbus" },
      files = { ["/etc/init.d/dbus"] = service },
    },
    ["eudev-libs"] = { depends = { "musl" } },

    ["linux-pam"] = {
      depends = { "musl", "utmps-libs" },
      files = {
        ["/etc/pam.d/base-auth"] = {},
        ["/etc/pam.d/base-session"] = {
          sketch = true,
          content = "session\trequired\tpam_env.so\nsession\trequired\tpam_unix.so\n",
        },
        ["/etc/pam.d/login"] = {},
        ["/etc/pam.d/sshd"] = {},
        ["/etc/pam.d/su"] = {},
      },
    },
    ["utmps-libs"] = { depends = { "musl", "skalibs-libs" } },
    ["skalibs-libs"] = { depends = { "musl" } },

    -- Not needed by podman: busybox's adduser knows nothing of subordinate ids, useradd allots them by itself.
    shadow = {
      repository = "community",
      depends = { "musl", "libbsd", "linux-pam" },
      files = {
        ["/etc/default/useradd"] = { sketch = true, content = "SHELL=/bin/ash\nHOME=/home\n" },
        ["/etc/login.defs"] = { content = "USERGROUPS_ENAB yes\n" },
        ["/etc/pam.d/shadow-utils"] = {},
        ["/usr/bin/passwd"] = { mode = "4755" },
        ["/usr/sbin/useradd"] = { mode = "755" },
        ["/usr/sbin/usermod"] = { mode = "755" },
      },
    },
  },
}

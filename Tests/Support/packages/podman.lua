-- What `apk add podman` brings on Alpine 3.20, and what is told apart from it. The programs are
-- Debian's (podman calls itself 4.3.1 although its package is a later one); libraries are packages
-- without files, since these programs use those of the machine that the tests run on.
local debian = ...
local musl = "so:libc.musl-x86_64.so.1"

local function library(name, version, size, provides, depends)
  return { name = name, version = version, size = size, provides = provides,
           depends = musl .. (depends and " " .. depends or "") }
end

local function programs(...) return debian.programs { ... } end

local function with(files, more)
  for path, file in pairs(more) do files[path] = file end
  return files
end

local podman_service = [[
#!/sbin/openrc-run

name="Podman API service"
supervisor=supervise-daemon
: "${podman_opts:=--time 0}" "${podman_user:=root}"
command=/usr/bin/podman
command_args="system service $podman_opts $podman_uri"
command_user=$podman_user
extra_started_commands=start_containers

depend() {
	need sysfs cgroups
	use net
}

start_pre() {
	if [ "$podman_user" = root ]; then
		checkpath --directory --mode 0755 /run/podman
	else
		modprobe -q tun
		modprobe -q fuse
		return 0
	fi
}

start_post() {
	start_containers
}

start_containers() {
	su -s /bin/sh "$podman_user" -c "podman start --all --filter restart-policy=always"
}
]]

return {
  main = {
    library("libseccomp", "2.5.5-r1", 172032, "so:libseccomp.so.2=2.5.5"),
    library("libcap2", "2.70-r0", 36864, "so:libcap.so.2=2.70"),
    library("yajl", "2.1.0-r9", 73728, "so:libyajl.so.2=2.1.0"),
    library("libffi", "3.4.6-r0", 57344, "so:libffi.so.8=8.1.4"),
    library("libintl", "0.22.5-r0", 53248, "so:libintl.so.8=8.4.0"),
    library("pcre2", "10.43-r0", 634880, "so:libpcre2-8.so.0=0.12.0"),
    library("libblkid", "2.40.1-r1", 274432, "so:libblkid.so.1=1.1.0"),
    library("libmount", "2.40.1-r1", 323584, "so:libmount.so.1=1.1.0", "so:libblkid.so.1"),
    library("glib", "2.80.5-r0", 3551232, "so:libglib-2.0.so.0=0.8000.5",
      "so:libffi.so.8 so:libintl.so.8 so:libmount.so.1 so:libpcre2-8.so.0"),
    library("libgpg-error", "1.49-r0", 147456, "so:libgpg-error.so.0=0.36.1"),
    library("libassuan", "2.5.7-r0", 90112, "so:libassuan.so.0=0.8.7", "so:libgpg-error.so.0"),
    library("gpgme", "1.23.2-r1", 409600, "so:libgpgme.so.11=11.32.2", "so:libassuan.so.0 so:libgpg-error.so.0"),
    library("linux-pam", "1.6.0-r0", 933888, "so:libpam.so.0=0.85.1 so:libpam_misc.so.0=0.82.1"),
    library("libmd", "1.1.0-r0", 57344, "so:libmd.so.0=0.1.0"),
    library("libbsd", "0.12.2-r0", 86016, "so:libbsd.so.0=0.12.2", "so:libmd.so.0"),
    library("gmp", "6.3.0-r1", 405504, "so:libgmp.so.10=10.5.0"),
    library("libmnl", "1.0.5-r2", 24576, "so:libmnl.so.0=0.2.0"),
    library("libnftnl", "1.2.6-r0", 204800, "so:libnftnl.so.11=11.6.0", "so:libmnl.so.0"),
    library("libxtables", "1.8.10-r3", 57344, "so:libxtables.so.12=12.7.0"),
    library("fuse-common", "3.16.2-r0", 20480),
    library("fuse3-libs", "3.16.2-r0", 311296, "so:libfuse3.so.3=3.16.2"),
    library("fuse3", "3.16.2-r0", 86016, "cmd:fusermount3=3.16.2-r0", "fuse-common so:libfuse3.so.3"),
    { name = "nftables", version = "1.0.9-r2", size = 786432,
      depends = musl .. " so:libgmp.so.10 so:libnftnl.so.11",
      provides = "cmd:nft=1.0.9-r2", files = { ["etc/nftables.nft"] = "#!/usr/sbin/nft -f\n" } },
    { name = "nftables-openrc", version = "1.0.9-r2", size = 4096, origin = "nftables",
      install_if = "nftables=1.0.9-r2 openrc",
      files = { ["etc/conf.d/nftables"] = "# Options of the service nftables.\n" } },
    { name = "iptables", version = "1.8.10-r3", size = 1286144,
      provides = "cmd:iptables=1.8.10-r3 ip6tables=1.8.10-r3",
      depends = musl .. " so:libmnl.so.0 so:libnftnl.so.11 so:libxtables.so.12" },
    { name = "shadow", version = "4.15.1-r0", size = 819200, depends = musl .. " so:libbsd.so.0 so:libpam.so.0",
      provides = "cmd:useradd=4.15.1-r0 cmd:usermod=4.15.1-r0",
      files = programs("/usr/sbin/useradd", "/usr/sbin/usermod") },
    { name = "shadow-subids", version = "4.15.1-r0", size = 135168, origin = "shadow",
      depends = musl .. " so:libbsd.so.0",
      provides = "shadow-uidmap=4.15.1-r0 cmd:getsubids=4.15.1-r0 cmd:newgidmap=4.15.1-r0 cmd:newuidmap=4.15.1-r0",
      files = with(programs("/usr/bin/newuidmap", "/usr/bin/newgidmap", "/usr/bin/getsubids"),
        { ["etc/subuid"] = "", ["etc/subgid"] = "" }) },
  },
  community = {
    { name = "conmon", version = "2.1.12-r0", size = 155648,
      depends = "so:libglib-2.0.so.0 so:libseccomp.so.2 " .. musl,
      provides = "cmd:conmon=2.1.12-r0", files = programs "/usr/bin/conmon" },
    { name = "crun", version = "1.15-r0", size = 471040,
      depends = "so:libcap.so.2 so:libseccomp.so.2 so:libyajl.so.2 " .. musl,
      provides = "oci-runtime cmd:crun=1.15-r0", priority = 100, files = programs "/usr/bin/crun" },
    { name = "runc", version = "1.1.12-r4", size = 9437184, depends = "so:libseccomp.so.2 " .. musl,
      provides = "oci-runtime cmd:runc=1.1.12-r4" },
    { name = "containers-common", version = "0.58.3-r0", size = 65536,
      files = {
        ["etc/containers/containers.conf"] = "[containers]\n\n[engine]\n",
        ["etc/containers/policy.json"] = '{\n  "default": [{ "type": "insecureAcceptAnything" }]\n}\n',
        ["etc/containers/registries.conf"] = 'unqualified-search-registries = ["docker.io"]\n',
        ["etc/containers/storage.conf"] = '[storage]\ndriver = "overlay"\nrunroot = "/run/containers/storage"\n'
          .. 'graphroot = "/var/lib/containers/storage"\n\n[storage.options.overlay]\nmountopt = "nodev"\n',
        ["etc/containers/registries.conf.d/00-shortnames.conf"] = '[aliases]\n"alpine" = "docker.io/library/alpine"\n',
        ["usr/share/containers/seccomp.json"] = { source = "/usr/share/containers/seccomp.json" },
      } },
    { name = "netavark", version = "1.10.3-r0", size = 3203072, depends = musl },
    { name = "aardvark-dns", version = "1.10.0-r0", size = 1490944, depends = musl },
    { name = "catatonit", version = "0.2.0-r0", size = 28672, depends = musl,
      provides = "cmd:catatonit=0.2.0-r0" },
    { name = "passt", version = "2024.05.10-r0", size = 532480, depends = musl,
      provides = "cmd:passt=2024.05.10-r0 cmd:pasta=2024.05.10-r0" },
    { name = "slirp4netns", version = "1.3.0-r0", size = 86016, depends = musl,
      provides = "cmd:slirp4netns=1.3.0-r0",
      files = with(programs "/usr/bin/slirp4netns", { ["usr/lib/modules-load.d/slirp4netns.conf"] = "tun\n" }) },
    { name = "fuse-overlayfs", version = "1.13-r0", size = 110592, depends = "fuse3 so:libfuse3.so.3 " .. musl,
      provides = "cmd:fuse-overlayfs=1.13-r0",
      files = with(programs "/usr/bin/fuse-overlayfs", { ["usr/lib/modules-load.d/fuse-overlayfs.conf"] = "fuse\n" }) },
    { name = "podman", version = "5.2.5-r0", size = 37748736,
      depends = "aardvark-dns catatonit conmon containers-common netavark oci-runtime passt shadow-subids "
        .. "so:libgpgme.so.11 so:libseccomp.so.2 " .. musl,
      provides = "cmd:podman=5.2.5-r0", files = programs("/usr/bin/podman", "/usr/lib/podman/rootlessport"),
      scripts = { ["post-install"] = "cat >&2 <<MESSAGE\n*\n* Rootless containers need ranges in /etc/subuid and /etc/subgid,\n"
        .. "* and the service cgroups: rc-service cgroups start\n*\nMESSAGE\n" } },
    { name = "podman-openrc", version = "5.2.5-r0", size = 4096, origin = "podman",
      install_if = "podman=5.2.5-r0 openrc",
      files = { ["etc/init.d/podman"] = { text = podman_service, mode = 493 },
                ["etc/conf.d/podman"] = '# podman_opts="--time 0"\n# podman_uri=""\n# podman_user="root"\n' } },
    { name = "podman-docker", version = "5.2.5-r0", size = 4096, depends = "podman", origin = "podman",
      provides = "docker=5.2.5-r0 docker-cli=5.2.5-r0",
      files = { ["usr/bin/docker"] = { text = "#!/bin/sh\nexec /usr/bin/podman \"$@\"\n", mode = 493 } } },
    { name = "podman-compose", version = "1.1.0-r0", size = 221184, depends = "podman" },
    { name = "distrobox", version = "1.7.2.1-r0", size = 262144, depends = "podman" },
  },
}

-- OpenRC: Debian's programs (0.45.2) under Alpine 3.20's version, with the services that
-- setup-alpine puts into runlevels, in words of our own, and the mode of cgroups that 0.54 has.
local debian = ...
local shell = require "packaging.shell"

local files = debian.package("openrc", { "/bin/", "/sbin/", "/lib/rc" })
files["etc/rc.conf"] = {
  text = shell.read("/etc/rc.conf"):gsub('#rc_cgroup_mode="hybrid"', '#rc_cgroup_mode="unified"'),
}
files["etc/rc.conf.d/"] = {}

-- 0.54 takes unified for the mode when nothing is set.
local function unified(path)
  local text = shell.read(path):gsub("rc_cgroup_mode:%-hybrid", "rc_cgroup_mode:-unified")
  return (text:gsub('case "%$rc_cgroup_mode" in', 'case "${rc_cgroup_mode:-unified}" in'))
end

files["lib/rc/sh/rc-cgroup.sh"] = unified "/lib/rc/sh/rc-cgroup.sh"
files["etc/init.d/cgroups"] = { mode = 493, text = unified "/etc/init.d/cgroups" }

-- A test for /proc that looks at the environment of a process; Debian's busybox runs its own programs
-- in the shell's process unless they are called by their path.
files["lib/rc/sh/init.sh"] = {
  mode = 493, text = shell.read("/lib/rc/sh/init.sh"):gsub("md5sum %$f", "/usr/bin/md5sum $f"),
}

-- Debian's program asks PAM whether it may become somebody else.
files["etc/pam.d/supervise-daemon"] = "account required pam_permit.so\nsession required pam_permit.so\n"

local function service(name, description, depend, body)
  files["etc/init.d/" .. name] = { mode = 493, text = '#!/sbin/openrc-run\n\ndescription="' .. description
    .. '"\n\ndepend() {\n' .. depend .. "\n}\n\n" .. body }
end

service("sysfs", "Mounts /sys.", "\tkeyword -prefix -vserver", [[
start() {
	mountinfo -q /sys || mount -n -t sysfs -o nosuid,noexec,nodev sysfs /sys
}
]])
service("procfs", "Mounts what belongs below /proc.", "\tkeyword -prefix -vserver", "start() {\n\treturn 0\n}\n")
service("devfs", "Mounts /dev.", "\tprovide dev-mount\n\tbefore dev\n\tkeyword -prefix -vserver", [[
start() {
	mountinfo -q /dev || mount -n -t devtmpfs -o exec,nosuid,mode=0755 dev /dev
}
]])
service("dmesg", "Sets what the kernel prints to the console.", "\tbefore dev modules\n\tkeyword -vserver",
  "start() {\n\treturn 0\n}\n")
service("mdev", "Device manager.",
  "\tprovide dev\n\tneed sysfs dev-mount\n\tbefore checkfs fsck\n\tkeyword -containers -vserver",
  "start() {\n\treturn 0\n}\n")
service("modules", "Loads the modules that files in /etc/modules-load.d and /etc/modules name.",
  "\tbefore networking sysctl\n\tkeyword -lxc -openvz -prefix -vserver", [[
start() {
	local file module arguments
	for file in /etc/modules /etc/modules-load.d/*.conf /run/modules-load.d/*.conf \
		/usr/lib/modules-load.d/*.conf /lib/modules-load.d/*.conf; do
		[ -f "$file" ] || continue
		while read -r module arguments; do
			case "$module" in
				""|"#"*) continue ;;
			esac
			modprobe -q "$module" ${arguments%%#*} 2>/dev/null
		done < "$file"
	done
	return 0
}
]])
service("hostname", "Sets the host name.", "\tkeyword -docker -lxc -prefix", [[
start() {
	hostname -F /etc/hostname
}
]])
service("sysctl", "Sets kernel parameters.", "\tbefore bootmisc logger\n\tafter clock\n\tkeyword -prefix -vserver", [[
start() {
	local file
	for file in /lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /etc/sysctl.d/*.conf /etc/sysctl.conf \
		/run/sysctl.d/*.conf; do
		[ -f "$file" ] && sysctl -q -p "$file" 2>/dev/null
	done
	return 0
}
]])
service("bootmisc", "Prepares /run and /var.", "\tneed localmount\n\tbefore logger\n\tafter clock sysctl", [[
start() {
	mkdir -p /run/lock
	[ -e /run/utmp ] || : > /run/utmp
}
]])
service("root", "Makes the root file system writable.",
  "\tneed fsck\n\tkeyword -docker -jail -lxc -openvz -prefix -vserver", [[
start() {
	mount -n -o remount,rw / 2>/dev/null
	return 0
}
]])
service("fsck", "Checks file systems.", "\tuse dev clock modules\n\tkeyword -docker -jail -lxc -openvz -prefix -vserver",
  "start() {\n\treturn 0\n}\n")
service("localmount", "Mounts the local file systems of /etc/fstab.",
  "\tneed fsck root\n\tuse lvm modules\n\tkeyword -docker -jail -lxc -prefix -vserver", [[
start() {
	mount -a -t nonfs,nocifs 2>/dev/null
	return 0
}
]])
service("networking", "Configures network interfaces.", "\tneed localmount\n\tprovide net\n\tkeyword -jail -prefix -vserver", [[
start() {
	ip link set lo up
}
]])
service("local", "Runs the scripts in /etc/local.d.", "\tafter *\n\tkeyword -timeout", [[
run_scripts() {
	local file failed=0
	for file in /etc/local.d/*."$1"; do
		[ -x "$file" ] || continue
		"$file" || failed=1
	done
	return $failed
}

start() {
	ebegin "Starting local"
	run_scripts start
	eend $?
}

stop() {
	ebegin "Stopping local"
	run_scripts stop
	eend $?
}
]])
for name, description in pairs {
  killprocs = "Ends all processes.", savecache = "Saves what the services found out.",
  ["mount-ro"] = "Makes file systems read-only.",
} do
  service(name, description, "\tkeyword -prefix", "start() {\n\treturn 0\n}\n")
end

for _, level in ipairs { "boot", "default", "nonetwork", "shutdown", "sysinit" } do
  files["etc/runlevels/" .. level .. "/"] = {}
end
files["etc/local.d/README"] = "Executable files here that end in .start or .stop are run by the service local.\n"
files["etc/conf.d/localmount"] = "# Options of the service localmount.\n"

return {
  main = {
    { name = "openrc", version = "0.54-r2", size = 1653570, depends = "/bin/sh so:libc.musl-x86_64.so.1",
      provides = "so:libeinfo.so.1=1 so:librc.so.1=1 cmd:openrc=0.54-r2 cmd:rc-service=0.54-r2 cmd:rc-update=0.54-r2",
      files = files },
    { name = "busybox-openrc", version = "1.36.1-r29", size = 20480, origin = "busybox",
      install_if = "openrc busybox=1.36.1-r29",
      files = { ["etc/conf.d/syslog"] = 'SYSLOGD_OPTS="-t"\n' } },
  },
}

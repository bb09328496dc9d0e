-- What a fresh Alpine 3.20.3 has installed, with Debian's static busybox for its programs and the
-- stand-in for apk. Real names, versions, dependencies and sizes; contents of our own.
local here = debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or "."

local function directories(text)
  local files = {}
  for path, mode in text:gmatch("(%S+)/%s+(%d+)") do files[path .. "/"] = { mode = tonumber(mode, 8) } end
  return files
end

local layout = directories [[
  dev/pts/ 755 dev/shm/ 755 etc/modprobe.d/ 755 etc/modules-load.d/ 755 etc/network/ 755
  etc/periodic/daily/ 755 etc/sysctl.d/ 755 home/ 755 lib/modules-load.d/ 755 media/cdrom/ 755
  media/usb/ 755 mnt/ 755 opt/ 755 proc/ 755 root/ 700 run/ 755 srv/ 755 sys/ 755 tmp/ 1777
  usr/bin/ 755 usr/lib/modules-load.d/ 755 usr/local/bin/ 755 usr/sbin/ 755 usr/share/ 755
  var/cache/misc/ 755 var/empty/ 555 var/lib/misc/ 755 var/lock/ 755 var/log/ 755 var/spool/cron/ 755
  var/tmp/ 1777 ]]
layout["etc/motd"] = "Welcome to a machine for tests.\n"
layout["etc/profile.d/README"] = "Files that end in .sh are read by login shells.\n"
layout["etc/crontabs/root"] = { text = "", mode = 384 }
layout["lib/sysctl.d/00-alpine.conf"] = "net.ipv4.conf.default.rp_filter = 1\nnet.ipv4.ping_group_range = 999 59999\n"
layout["var/run"] = { link = "../run" }

local accounts = {
  ["etc/passwd"] = [[
root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
mail:x:8:12:mail:/var/mail:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
]],
  ["etc/group"] = [[
root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
tty:x:5:
disk:x:6:root
wheel:x:10:root
mail:x:12:mail
uucp:x:14:
cron:x:16:cron
sshd:x:22:
shadow:x:42:
users:x:100:
ntp:x:123:
nogroup:x:65533:
nobody:x:65534:
]],
  ["etc/shadow"] = { mode = 416, text = [[
root:*::0:::::
bin:!::0:::::
daemon:!::0:::::
mail:!::0:::::
cron:!::0:::::
sshd:!::0:::::
ntp:!::0:::::
guest:!::0:::::
nobody:!::0:::::
]] },
  ["etc/fstab"] = "/dev/cdrom\t/media/cdrom\tiso9660\tnoauto,ro 0 0\n/dev/usbdisk\t/media/usb\tvfat\tnoauto\t0 0\n",
  ["etc/hostname"] = "localhost\n",
  ["etc/hosts"] = "127.0.0.1\tlocalhost localhost.localdomain\n::1\t\tlocalhost localhost.localdomain\n",
  ["etc/inittab"] = [[
::sysinit:/sbin/openrc sysinit
::sysinit:/sbin/openrc boot
::wait:/sbin/openrc default
tty1::respawn:/sbin/getty 38400 tty1
::ctrlaltdel:/sbin/reboot
::shutdown:/sbin/openrc shutdown
]],
  ["etc/modules"] = "af_packet\nipv6\n",
  ["etc/mtab"] = { link = "/proc/mounts" },
  ["etc/nsswitch.conf"] = "hosts: files dns\n",
  ["etc/profile"] = [[
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
for script in /etc/profile.d/*.sh; do
	if [ -r "$script" ]; then . "$script"; fi
done
unset script
]],
  ["etc/protocols"] = "ip\t0\tIP\nicmp\t1\tICMP\ntcp\t6\tTCP\nudp\t17\tUDP\n",
  ["etc/services"] = "ssh\t22/tcp\ndomain\t53/tcp\ndomain\t53/udp\nhttp\t80/tcp\nhttps\t443/tcp\n",
  ["etc/shells"] = "/bin/sh\n/bin/ash\n",
  ["etc/sysctl.conf"] = "# Settings of this machine, read after those of /etc/sysctl.d.\n",
}

local apk = { ["sbin/apk"] = { source = here .. "/../apk", mode = 493 } }
for part in io.popen("cd '" .. here .. "/../apk.d' && ls"):lines() do
  apk["usr/libexec/apk-stand-in/" .. part] = { source = here .. "/../apk.d/" .. part }
end

-- The links to busybox are its own business, not the database's, as on Alpine.
local links = [[
#!/bin/busybox sh
/bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
/bin/busybox rm -f /linuxrc
]]
local musl = "so:libc.musl-x86_64.so.1"

return {
  main = {
    { name = "alpine-baselayout", version = "3.6.5-r0", size = 315392, license = "GPL-2.0-only", files = layout,
      depends = "alpine-baselayout-data=3.6.5-r0 /bin/sh" },
    { name = "alpine-baselayout-data", version = "3.6.5-r0", size = 77824, license = "GPL-2.0-only",
      files = accounts,
      origin = "alpine-baselayout" },
    { name = "alpine-keys", version = "2.4-r1", size = 159744, license = "MIT",
      files = { ["etc/apk/keys/"] = {} } },
    { name = "apk-tools", version = "2.14.4-r0", size = 303104, license = "GPL-2.0-only", files = apk,
      depends = "musl>=1.2.3_git20230424 ca-certificates-bundle " .. musl
        .. " so:libcrypto.so.3 so:libssl.so.3 so:libz.so.1",
      provides = "so:libapk.so.2.14.0=2.14.0 cmd:apk=2.14.4-r0" },
    { name = "busybox", version = "1.36.1-r29", size = 929792, license = "GPL-2.0-only", depends = musl,
      provides = "cmd:busybox=1.36.1-r29", triggers = "/bin /usr/bin /sbin /usr/sbin /lib/modules/*",
      files = { ["bin/busybox"] = { source = "/bin/busybox", mode = 493 },
                ["usr/bin/flock"] = { source = "/usr/bin/flock", mode = 493 },
                ["etc/securetty"] = "console\ntty1\n" },
      scripts = { ["post-install"] = links, ["post-upgrade"] = links, trigger = links } },
    { name = "busybox-binsh", version = "1.36.1-r29", size = 8192, license = "GPL-2.0-only",
      depends = "busybox=1.36.1-r29",
      provides = "/bin/sh cmd:sh=1.36.1-r29", priority = 100, origin = "busybox",
      files = { ["bin/sh"] = { link = "/bin/busybox" } } },
    { name = "ca-certificates-bundle", version = "20240705-r0", size = 241664, license = "MPL-2.0 AND MIT",
      origin = "ca-certificates",
      provides = "ca-certificates-cacert=20240705-r0", files = { ["etc/ssl/certs/"] = {} } },
    { name = "libcrypto3", version = "3.3.2-r0", size = 4771840, license = "Apache-2.0", depends = musl,
      origin = "openssl",
      provides = "so:libcrypto.so.3=3" },
    { name = "libssl3", version = "3.3.2-r0", size = 815104, license = "Apache-2.0", origin = "openssl",
      depends = "libcrypto3=3.3.2-r0 " .. musl .. " so:libcrypto.so.3", provides = "so:libssl.so.3=3" },
    { name = "musl", version = "1.2.5-r0", size = 667648, license = "MIT", provides = musl .. "=1" },
    { name = "musl-utils", version = "1.2.5-r0", size = 131072,
      license = "MIT AND BSD-2-Clause AND GPL-2.0-or-later", depends = "scanelf " .. musl, origin = "musl",
      provides = "libc-utils=1.2.5-r0 cmd:getconf=1.2.5-r0 cmd:getent=1.2.5-r0 cmd:ldd=1.2.5-r0",
      files = { ["usr/bin/getent"] = { source = "/usr/bin/getent", mode = 493 } } },
    { name = "scanelf", version = "1.3.7-r2", size = 81920, license = "GPL-2.0-only", depends = musl,
      origin = "pax-utils",
      provides = "cmd:scanelf=1.3.7-r2" },
    { name = "ssl_client", version = "1.36.1-r29", size = 28672, license = "GPL-2.0-only", origin = "busybox",
      depends = musl .. " so:libcrypto.so.3 so:libssl.so.3", provides = "cmd:ssl_client=1.36.1-r29",
      install_if = "busybox=1.36.1-r29 libssl3" },
    { name = "zlib", version = "1.3.1-r1", size = 110592, license = "Zlib", depends = musl,
      provides = "so:libz.so.1=1.3.1" },
  },
}

-- What alpod knows beforehand of Alpine's packages. This comment describes the format of every file in this directory.
--
-- A release file (alpine-3.20.lua) returns
--   { release = "3.20", base = { "common-base", … }, packages = { NAME = { … }, … } }
-- and a common file (this one) the same without `release`. `base` names files of this directory without ".lua", one as
-- a string or several as a list. The tables of `base` are laid over each other in their order and the file's own on
-- top, package by package and field by field: a field that a later one gives replaces the earlier one. Only `files` is
-- merged path by path, and `false` takes a path away again.
-- A package that has no `version` after merging does not exist in that release.
--
-- `brings_nothing` beside `packages` is a list of further names: they are not described here and cannot be installed on
-- a simulated machine, but they are known to bring no file that a set-up step looks at. The lists add up.
--
-- A package:
--   version           as apk writes it, "5.2.5-r0"
--   repository        "main" or "community"; "main" when not given
--   size              installed, in bytes; 0 when not given
--   depends           what it needs: names of packages, or of what others provide, without versions. Dependencies on
--                     shared libraries ("so:…") stand here as the package that has the library. "!x" is a conflict.
--   provides          further names it answers to, without versions
--   provider_priority which provider apk takes when nobody names one; the highest wins; 0 when not given
--   install_if        installed by itself once all of these are
--   files             the files that a set-up step may look at or edit, by absolute path; {} or nothing when it
--                     brings none of those
--
-- A file is one of
--   { content = "…", sketch = true?, mode = "644", owner = "root", group = "root" }
--   { link = "TARGET" }
--   { dir = true, mode = "755", owner = "root", group = "root" }
-- `mode` is octal text, 644 for files and 755 for directories when not given; `owner` and `group` are "root" when not
-- given, else a number as text. `caps` says which file capabilities it has: a note for people.
-- Without `content` it is known that the file comes, but not what is in it.
-- `sketch = true`: the content is not the package's own text but a stand-in that says the same to a program. It is good
-- enough for a simulated machine; on a live one the content counts as not known before the package is there.
-- Directories on the way to a file need not be listed.

return {
  packages = {
    ["alpine-base"] = {
      depends = {
        "alpine-baselayout", "alpine-conf", "alpine-release", "apk-tools", "busybox", "busybox-mdev-openrc",
        "busybox-openrc", "busybox-suid", "libc-utils", "openrc",
      },
    },
    -- /etc/alpine-release and os-release name the release, so each release has its own.
    ["alpine-release"] = { depends = { "alpine-keys" } },
    ["alpine-keys"] = {
      files = {
        ["/etc/apk/keys/alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub"] = {},
        ["/etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"] = {},
      },
    },
    ["alpine-conf"] = {
      depends = { "openrc" },
      files = {
        ["/sbin/setup-alpine"] = { mode = "755" },
        ["/sbin/setup-apkrepos"] = { mode = "755" },
        ["/sbin/lbu"] = { mode = "755" },
        ["/etc/lbu/lbu.conf"] = {},
      },
    },
    ["alpine-baselayout"] = {
      depends = { "alpine-baselayout-data", "/bin/sh" },
      files = {
        ["/dev"] = { dir = true },
        ["/dev/pts"] = { dir = true },
        ["/dev/shm"] = { dir = true },
        ["/etc/crontabs/root"] = { mode = "600" },
        ["/etc/modprobe.d"] = { dir = true },
        ["/etc/modprobe.d/aliases.conf"] = {},
        ["/etc/modprobe.d/blacklist.conf"] = {},
        ["/etc/modules-load.d"] = { dir = true },
        ["/etc/motd"] = {},
        ["/etc/network/if-up.d"] = { dir = true },
        ["/etc/opt"] = { dir = true },
        ["/etc/periodic/15min"] = { dir = true },
        ["/etc/periodic/daily"] = { dir = true },
        ["/etc/periodic/hourly"] = { dir = true },
        ["/etc/periodic/monthly"] = { dir = true },
        ["/etc/periodic/weekly"] = { dir = true },
        ["/etc/profile.d"] = { dir = true },
        ["/etc/profile.d/README"] = {},
        ["/etc/sysctl.d"] = { dir = true },
        ["/home"] = { dir = true },
        ["/lib/modules-load.d"] = { dir = true },
        ["/lib/sysctl.d/00-alpine.conf"] = {
          sketch = true,
          content = "net.ipv4.ping_group_range=999 59999\n"
            .. "net.ipv4.conf.all.rp_filter = 1\n"
            .. "kernel.unprivileged_bpf_disabled = 1\n",
        },
        ["/media"] = { dir = true },
        ["/mnt"] = { dir = true },
        ["/opt"] = { dir = true },
        ["/proc"] = { dir = true, mode = "555" },
        ["/root"] = { dir = true, mode = "700" },
        ["/run"] = { dir = true },
        ["/srv"] = { dir = true },
        ["/sys"] = { dir = true },
        ["/tmp"] = { dir = true, mode = "1777" },
        ["/usr/lib/modules-load.d"] = { dir = true },
        ["/usr/local/bin"] = { dir = true },
        ["/var/cache"] = { dir = true },
        ["/var/empty"] = { dir = true, mode = "555" },
        ["/var/lib"] = { dir = true },
        ["/var/log"] = { dir = true },
        ["/var/mail"] = { dir = true },
        ["/var/run"] = { link = "/run" },
        ["/var/spool/cron/crontabs"] = { link = "/etc/crontabs" },
        ["/var/tmp"] = { dir = true, mode = "1777" },
      },
    },
    ["alpine-baselayout-data"] = {
      files = {
        ["/etc/fstab"] = {
          sketch = true,
          content = "/dev/cdrom\t/media/cdrom\tiso9660\tnoauto,ro 0 0\n"
            .. "/dev/usbdisk\t/media/usb\tvfat\tnoauto,ro 0 0\n",
        },
        ["/etc/group"] = {
          sketch = true,
          content = [[
root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
sys:x:3:root,bin
adm:x:4:root,daemon
tty:x:5:
disk:x:6:root
kmem:x:9:
wheel:x:10:root
cron:x:16:cron
audio:x:18:
cdrom:x:19:
dialout:x:20:root
sshd:x:22:
input:x:23:
video:x:27:root
netdev:x:28:
kvm:x:34:kvm
games:x:35:
shadow:x:42:
users:x:100:games
ntp:x:123:
abuild:x:300:
utmp:x:406:
ping:x:999:
nogroup:x:65533:
nobody:x:65534:
]],
        },
        ["/etc/hostname"] = { content = "localhost\n" },
        ["/etc/hosts"] = {
          sketch = true,
          content = "127.0.0.1\tlocalhost localhost.localdomain\n" .. "::1\t\tlocalhost localhost.localdomain\n",
        },
        ["/etc/inittab"] = {
          sketch = true,
          content = [[
::sysinit:/sbin/openrc sysinit
::sysinit:/sbin/openrc boot
::wait:/sbin/openrc default
tty1::respawn:/sbin/getty 38400 tty1
::ctrlaltdel:/sbin/reboot
::shutdown:/sbin/openrc shutdown
]],
        },
        ["/etc/modules"] = { content = "af_packet\nipv6\n" },
        ["/etc/mtab"] = { link = "/proc/mounts" },
        ["/etc/nsswitch.conf"] = { sketch = true, content = "hosts: files dns\n" },
        ["/etc/passwd"] = {
          sketch = true,
          content = [[
root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
sync:x:5:0:sync:/sbin:/bin/sync
shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown
halt:x:7:0:halt:/sbin:/sbin/halt
mail:x:8:12:mail:/var/mail:/sbin/nologin
cron:x:16:16:cron:/var/spool/cron:/sbin/nologin
sshd:x:22:22:sshd:/dev/null:/sbin/nologin
games:x:35:35:games:/usr/games:/sbin/nologin
ntp:x:123:123:NTP:/var/empty:/sbin/nologin
guest:x:405:100:guest:/dev/null:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
]],
        },
        ["/etc/profile"] = {},
        ["/etc/services"] = {},
        ["/etc/shadow"] = {
          sketch = true,
          mode = "640",
          group = "42",
          content = "root:*::0:::::\nbin:!::0:::::\ndaemon:!::0:::::\nsshd:!::0:::::\nnobody:!::0:::::\n",
        },
        ["/etc/shells"] = { sketch = true, content = "# valid login shells\n/bin/sh\n/bin/ash\n" },
        ["/etc/sysctl.conf"] = { sketch = true, content = "# Read after /etc/sysctl.d, and wins over it.\n" },
      },
    },

    ["apk-tools"] = {
      depends = { "musl", "ca-certificates-bundle", "libcrypto3", "libssl3", "zlib" },
      files = {
        ["/sbin/apk"] = { mode = "755" },
        ["/etc/apk/protected_paths.d"] = { dir = true },
        ["/lib/apk/db"] = { dir = true },
      },
    },
    libapk = { depends = { "musl", "libcrypto3", "libssl3", "zlib" } },

    busybox = {
      depends = { "musl" },
      files = {
        ["/bin/busybox"] = { mode = "755" },
        ["/etc/securetty"] = {},
        ["/etc/udhcpc/udhcpc.conf"] = {},
        ["/usr/share/udhcpc/default.script"] = { mode = "755" },
        -- Laid by its trigger, and with them every other applet that a step may call.
        ["/bin/ash"] = { link = "/bin/busybox" },
        ["/bin/login"] = { link = "/bin/busybox" },
        ["/bin/mount"] = { link = "/bin/busybox" },
        ["/bin/stat"] = { link = "/bin/busybox" },
        ["/sbin/init"] = { link = "/bin/busybox" },
        ["/sbin/modprobe"] = { link = "/bin/busybox" },
        ["/sbin/sysctl"] = { link = "/bin/busybox" },
        ["/usr/sbin/addgroup"] = { link = "/bin/busybox" },
        ["/usr/sbin/adduser"] = { link = "/bin/busybox" },
        ["/usr/bin/unshare"] = { link = "/bin/busybox" },
      },
    },
    ["busybox-binsh"] = {
      depends = { "busybox" },
      provides = { "/bin/sh" },
      provider_priority = 100,
      files = { ["/bin/sh"] = { link = "/bin/busybox" } },
    },
    ["busybox-suid"] = { depends = { "musl", "busybox" }, files = { ["/bin/bbsuid"] = { mode = "4111" } } },
    ssl_client = { depends = { "musl", "libcrypto3", "libssl3" }, install_if = { "busybox", "libssl3" } },

    ["ca-certificates-bundle"] = { files = { ["/etc/ssl/certs/ca-certificates.crt"] = {} } },
    libcap2 = { depends = { "musl" } },
    libcrypto3 = { depends = { "musl" }, files = { ["/etc/ssl/openssl.cnf"] = {} } },
    libssl3 = { depends = { "musl", "libcrypto3" } },
    openssl = { depends = { "musl", "libcrypto3", "libssl3" }, files = { ["/usr/bin/openssl"] = { mode = "755" } } },
    musl = { files = { ["/lib/ld-musl-x86_64.so.1"] = { mode = "755" } } },
    ["musl-utils"] = {
      depends = { "scanelf", "musl" },
      provides = { "libc-utils" },
      files = { ["/usr/bin/getent"] = { mode = "755" } },
    },
    -- Before musl-utils took its name over.
    ["libc-utils"] = { depends = { "musl-utils" } },
    scanelf = { depends = { "musl" } },
    zlib = { depends = { "musl" } },

    bridge = { depends = { "/bin/sh" }, files = { ["/etc/network/if-pre-up.d/bridge"] = { mode = "755" } } },
    ["ifupdown-ng"] = {
      depends = { "musl" },
      provides = { "ifupdown-any" },
      provider_priority = 900,
      files = { ["/sbin/ifup"] = { mode = "755" }, ["/etc/network/ifupdown-ng.conf.example"] = {} },
    },
    ["mdev-conf"] = { files = { ["/etc/mdev.conf"] = {} } },
  },
}

-- Alpine 3.23 for x86_64: apk-tools 3.0, OpenRC 0.63, podman 5.7, shadow with file capabilities.
-- The format is described in common-base.lua. Versions are those of one day; sizes are rounded.

return {
  release = "3.23",
  base = { "common-base", "common-openrc", "common-machine", "common-podman", "common-extra" },
  packages = {
    -- What differs between releases by more than version and size.
    ["alpine-release"] = {
      version = "3.23.3-r0",
      size = 343,
      files = {
        ["/etc/alpine-release"] = { content = "3.23.3\n" },
        ["/etc/issue"] = { content = "Welcome to Alpine Linux 3.23\nKernel \\r on \\m (\\l)\n\n" },
        ["/etc/os-release"] = { link = "../usr/lib/os-release" },
        ["/usr/lib/os-release"] = {
          content = [[
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.23.3
PRETTY_NAME="Alpine Linux v3.23"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
]],
        },
      },
    },
    openrc = {
      version = "0.63-r1",
      size = 1395712,
      depends = { "musl", "libcap2", "ifupdown-any", "openrc-user", "/bin/sh" },
      files = {
        -- Since OpenRC 0.53.
        ["/etc/conf.d/cgroups"] = { sketch = true, content = "#cgroup_opts=nodev,noexec,nosuid\n" },
        ["/etc/rc.conf"] = {
          sketch = true,
          content = [[
# What concerns all services. A service's own settings are in /etc/conf.d/NAME.

#rc_parallel="NO"
#rc_interactive="YES"
#rc_depend_strict="YES"
#rc_logger="NO"
#unicode="YES"

# What kind of machine this is: unset on real hardware, else lxc, openvz, vserver, xen0 …
#rc_sys=""

# How control groups are mounted. "unified" is version 2 alone on /sys/fs/cgroup, "legacy" version 1 alone,
# "hybrid" version 1 with version 2 beside it on /sys/fs/cgroup/unified.
#rc_cgroup_mode="unified"

# Which controllers version 2 gets in hybrid mode.
#rc_cgroup_controllers=""

# Whether the controllers of version 1 are mounted in the other two modes.
#rc_controller_cgroups="YES"

rc_tty_number=12
]],
        },
      },
    },
    ["linux-lts"] = {
      version = "6.18.7-r0",
      size = 109051904,
      files = {
        ["/boot/vmlinuz-lts"] = {},
        ["/lib/modules/6.18.7-0-lts/modules.builtin"] = {
          sketch = true,
          content = [[
kernel/fs/configfs/configfs.ko
kernel/fs/proc/proc.ko
kernel/net/ipv4/tcp_cubic.ko
kernel/net/unix/unix.ko
]],
        },
        ["/lib/modules/6.18.7-0-lts/modules.dep"] = {
          sketch = true,
          content = [[
kernel/drivers/net/tun.ko.gz:
kernel/fs/btrfs/btrfs.ko.gz: kernel/lib/raid6/raid6_pq.ko.gz kernel/crypto/xor.ko.gz
kernel/fs/ext4/ext4.ko.gz: kernel/fs/jbd2/jbd2.ko.gz kernel/fs/mbcache.ko.gz
kernel/fs/fuse/fuse.ko.gz:
kernel/fs/overlayfs/overlay.ko.gz:
kernel/net/netfilter/nf_tables.ko.gz: kernel/net/netfilter/nfnetlink.ko.gz
]],
        },
      },
    },
    podman = {
      version = "5.7.0-r3",
      size = 51484672,
      depends = {
        "aardvark-dns", "catatonit", "conmon", "containers-common", "gpgme", "libassuan", "libgpg-error", "libseccomp",
        "musl", "netavark", "oci-runtime", "passt", "shadow-subids", "sqlite-libs",
      },
    },
    iptables = { version = "1.8.11-r1", size = 1536000, provides = { "ip6tables" } },
    ["podman-docker"] = { version = "5.7.0-r3", size = 160, provides = { "docker", "docker-cli" } },
    ["shadow-subids"] = {
      version = "4.18.0-r0",
      size = 110592,
      files = {
        ["/usr/bin/newgidmap"] = { mode = "755", caps = "cap_setgid=ep" },
        ["/usr/bin/newuidmap"] = { mode = "755", caps = "cap_setuid=ep" },
      },
    },
    ["apk-tools"] = {
      version = "3.0.5-r0",
      size = 139264,
      depends = { "musl", "ca-certificates-bundle", "libapk" },
    },
    ["ifupdown-ng"] = { version = "0.12.1-r7", size = 131072, depends = { "musl", "bridge" } },

    -- The base system.
    ["alpine-base"] = { version = "3.23.3-r0", size = 0 },
    ["alpine-baselayout"] = { version = "3.7.2-r0", size = 26624 },
    ["alpine-baselayout-data"] = { version = "3.7.2-r0", size = 17408 },
    ["alpine-conf"] = { version = "3.21.0-r0", size = 178176 },
    ["alpine-keys"] = { version = "2.6-r0", size = 13312 },
    bridge = { version = "1.5-r5", size = 2048 },
    busybox = { version = "1.37.0-r30", size = 816128 },
    ["busybox-binsh"] = { version = "1.37.0-r30", size = 1024 },
    ["busybox-mdev-openrc"] = { version = "1.37.0-r30", size = 1024 },
    ["busybox-openrc"] = { version = "1.37.0-r30", size = 6144 },
    ["busybox-suid"] = { version = "1.37.0-r30", size = 14336 },
    ["ca-certificates-bundle"] = { version = "20251003-r0", size = 231424 },
    libapk = { version = "3.0.5-r0", size = 337920 },
    libcap2 = { version = "2.77-r0", size = 54272 },
    libcrypto3 = { version = "3.5.5-r0", size = 4830208 },
    libssl3 = { version = "3.5.5-r0", size = 947200 },
    ["mdev-conf"] = { version = "4.9-r0", size = 7168 },
    musl = { version = "1.2.5-r21", size = 666624 },
    ["musl-utils"] = { version = "1.2.5-r21", size = 114688 },
    ["openrc-user"] = { version = "0.63-r1", size = 19456 },
    ["openrc-user-pam"] = { version = "0.63-r1", size = 28672 },
    openssl = { version = "3.5.5-r0", size = 979968 },
    scanelf = { version = "1.3.8-r2", size = 76800 },
    ssl_client = { version = "1.37.0-r30", size = 14336 },
    zlib = { version = "1.3.2-r0", size = 103424 },

    -- A machine with a disk.
    ["argon2-libs"] = { version = "20190702-r5", size = 34816 },
    blkid = { version = "2.41.2-r0", size = 61440 },
    ["btrfs-progs"] = { version = "6.17.1-r0", size = 1515520 },
    ["btrfs-progs-openrc"] = { version = "6.17.1-r0", size = 1024 },
    chrony = { version = "4.8-r1", size = 446464 },
    ["chrony-openrc"] = { version = "4.8-r1", size = 2048 },
    ["cryptsetup-libs"] = { version = "2.8.1-r0", size = 518144 },
    ["device-mapper-libs"] = { version = "2.03.35-r0", size = 351232 },
    doas = { version = "6.8.2-r8", size = 35840 },
    e2fsprogs = { version = "1.47.3-r0", size = 587776 },
    ["e2fsprogs-libs"] = { version = "1.47.3-r0", size = 409600 },
    ["json-c"] = { version = "0.18-r1", size = 78848 },
    kmod = { version = "34.2-r0", size = 159744 },
    ["kmod-libs"] = { version = "34.2-r0", size = 108544 },
    lddtree = { version = "1.28-r0", size = 5120 },
    libblkid = { version = "2.41.2-r0", size = 287744 },
    libcom_err = { version = "1.47.3-r0", size = 13312 },
    libedit = { version = "20251016.3.1-r0", size = 197632 },
    libuuid = { version = "2.41.2-r0", size = 37888 },
    ["linux-firmware-none"] = { version = "20251125-r0", size = 0 },
    lzo = { version = "2.10-r5", size = 163840 },
    mkinitfs = { version = "3.13.0-r0", size = 65536 },
    mtools = { version = "4.0.49-r0", size = 358400 },
    nettle = { version = "3.10.2-r0", size = 648192 },
    openssh = { version = "10.2_p1-r0", size = 0 },
    ["openssh-client-common"] = { version = "10.2_p1-r0", size = 2314240 },
    ["openssh-client-default"] = { version = "10.2_p1-r0", size = 860160 },
    ["openssh-keygen"] = { version = "10.2_p1-r0", size = 481280 },
    ["openssh-server"] = { version = "10.2_p1-r0", size = 921600 },
    ["openssh-server-common"] = { version = "10.2_p1-r0", size = 4096 },
    ["openssh-server-common-openrc"] = { version = "10.2_p1-r0", size = 3072 },
    ["openssh-sftp-server"] = { version = "10.2_p1-r0", size = 122880 },
    sudo = { version = "1.9.17_p2-r0", size = 2508800 },
    syslinux = { version = "6.04_pre1-r17", size = 5939200 },
    tzdata = { version = "2025c-r0", size = 1433600 },
    ["xz-libs"] = { version = "5.8.2-r0", size = 212992 },
    ["zstd-libs"] = { version = "1.5.7-r2", size = 716800 },

    -- Podman and what it needs.
    ["aardvark-dns"] = { version = "1.16.0-r0", size = 1269760 },
    catatonit = { version = "0.2.1-r0", size = 798720 },
    conmon = { version = "2.1.13-r1", size = 106496 },
    ["containers-common"] = { version = "0.64.2-r0", size = 132096 },
    crun = { version = "1.25.1-r0", size = 532480 },
    glib = { version = "2.86.3-r0", size = 4096000 },
    gmp = { version = "6.3.0-r4", size = 440320 },
    gpgme = { version = "1.24.2-r3", size = 440320 },
    ["iptables-openrc"] = { version = "1.8.11-r1", size = 5120 },
    jansson = { version = "2.14.1-r0", size = 72704 },
    libassuan = { version = "2.5.7-r0", size = 94208 },
    libbsd = { version = "0.12.2-r0", size = 66560 },
    libffi = { version = "3.5.2-r0", size = 47104 },
    libgcc = { version = "15.2.0-r2", size = 171008 },
    ["libgpg-error"] = { version = "1.56-r0", size = 174080 },
    libintl = { version = "0.24.1-r1", size = 46080 },
    libmd = { version = "1.1.0-r0", size = 46080 },
    libmnl = { version = "1.0.5-r2", size = 21504 },
    libmount = { version = "2.41.2-r0", size = 348160 },
    libncursesw = { version = "6.5_p20251123-r0", size = 317440 },
    libnftnl = { version = "1.3.0-r0", size = 194560 },
    libseccomp = { version = "2.6.0-r0", size = 174080 },
    libslirp = { version = "4.9.1-r0", size = 133120 },
    libxtables = { version = "1.8.11-r1", size = 51200 },
    ["ncurses-terminfo-base"] = { version = "6.5_p20251123-r0", size = 21504 },
    netavark = { version = "1.16.1-r0", size = 6501376 },
    nftables = { version = "1.1.6-r0", size = 921600 },
    ["nftables-openrc"] = { version = "1.1.6-r0", size = 4096 },
    passt = { version = "2025.09.19-r0", size = 573440 },
    pcre2 = { version = "10.47-r0", size = 737280 },
    ["podman-openrc"] = { version = "5.7.0-r3", size = 2048 },
    ["podman-remote"] = { version = "5.7.0-r3", size = 38912000 },
    readline = { version = "8.3.1-r0", size = 317440 },
    runc = { version = "1.3.4-r0", size = 10035200 },
    slirp4netns = { version = "1.3.3-r0", size = 81920 },
    ["sqlite-libs"] = { version = "3.51.2-r0", size = 1536000 },
    yajl = { version = "2.1.0-r9", size = 61440 },

    -- Around Podman.
    buildah = { version = "1.42.2-r0", size = 29696000 },
    dbus = { version = "1.16.2-r1", size = 440320 },
    ["dbus-libs"] = { version = "1.16.2-r1", size = 296960 },
    ["dbus-openrc"] = { version = "1.16.2-r1", size = 1024 },
    distrobox = { version = "1.8.2.2-r0", size = 317440 },
    elogind = { version = "255.17-r1", size = 1536000 },
    ["elogind-openrc"] = { version = "255.17-r1", size = 1024 },
    ["eudev-libs"] = { version = "3.2.14-r5", size = 112640 },
    ["fuse-common"] = { version = "3.17.4-r0", size = 1024 },
    ["fuse-openrc"] = { version = "3.17.4-r0", size = 2048 },
    ["fuse-overlayfs"] = { version = "1.15-r0", size = 112640 },
    fuse3 = { version = "3.17.4-r0", size = 61440 },
    ["fuse3-libs"] = { version = "3.17.4-r0", size = 286720 },
    gdbm = { version = "1.26-r0", size = 174080 },
    libbz2 = { version = "1.0.8-r6", size = 72704 },
    libelogind = { version = "255.17-r1", size = 573440 },
    libexpat = { version = "2.7.4-r0", size = 143360 },
    libpanelw = { version = "6.5_p20251123-r0", size = 14336 },
    ["linux-pam"] = { version = "1.7.1-r2", size = 921600 },
    mpdecimal = { version = "4.0.1-r0", size = 204800 },
    nginx = { version = "1.28.2-r0", size = 1280000 },
    ["nginx-openrc"] = { version = "1.28.2-r0", size = 4096 },
    ["pam-rundir"] = { version = "1.0.0-r1", size = 16384 },
    ["podman-compose"] = { version = "1.5.0-r0", size = 194560 },
    ["py3-dotenv"] = { version = "1.2.1-r0", size = 56320 },
    ["py3-yaml"] = { version = "6.0.3-r0", size = 604160 },
    python3 = { version = "3.12.12-r0", size = 30924800 },
    shadow = { version = "4.18.0-r0", size = 491520 },
    ["skalibs-libs"] = { version = "2.14.4.0-r0", size = 245760 },
    skopeo = { version = "1.20.0-r3", size = 20787200 },
    ["utmps-libs"] = { version = "0.1.3.1-r0", size = 22528 },
    yaml = { version = "0.2.5-r2", size = 122880 },
  },
}

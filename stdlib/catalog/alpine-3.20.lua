-- Alpine 3.20 for x86_64: apk-tools 2.14, OpenRC 0.54, podman 5.2 with pasta.
-- The format is described in common-base.lua. Versions are those of one day; sizes are rounded.

return {
  release = "3.20",
  base = { "common-base", "common-openrc", "common-machine", "common-podman", "common-extra" },
  packages = {
    -- What differs between releases by more than version and size.
    ["alpine-release"] = {
      version = "3.20.3-r0",
      size = 28672,
      files = {
        ["/etc/alpine-release"] = { content = "3.20.3\n" },
        ["/etc/issue"] = { content = "Welcome to Alpine Linux 3.20\nKernel \\r on \\m (\\l)\n\n" },
        ["/etc/os-release"] = { link = "../usr/lib/os-release" },
        ["/usr/lib/os-release"] = {
          content = [[
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
]],
        },
      },
    },
    openrc = {
      version = "0.54-r1",
      size = 2420736,
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
      version = "6.6.49-r0",
      size = 103809024,
      files = {
        ["/boot/vmlinuz-lts"] = {},
        ["/lib/modules/6.6.49-0-lts/modules.builtin"] = {
          sketch = true,
          content = [[
kernel/fs/configfs/configfs.ko
kernel/fs/proc/proc.ko
kernel/net/ipv4/tcp_cubic.ko
kernel/net/unix/unix.ko
]],
        },
        ["/lib/modules/6.6.49-0-lts/modules.dep"] = {
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
      version = "5.2.5-r0",
      size = 43929600,
      depends = {
        "aardvark-dns", "catatonit", "conmon", "containers-common", "gpgme", "iptables", "libassuan", "libgpg-error",
        "libseccomp", "musl", "netavark", "oci-runtime", "passt", "shadow-subids", "sqlite-libs",
      },
    },
    iptables = { version = "1.8.10-r3", size = 1732608, provides = { "ip6tables" } },

    -- The base system.
    ["alpine-base"] = { version = "3.20.3-r0", size = 4096 },
    ["alpine-baselayout"] = { version = "3.6.5-r0", size = 315392 },
    ["alpine-baselayout-data"] = { version = "3.6.5-r0", size = 77824 },
    ["alpine-conf"] = { version = "3.18.1-r1", size = 262144 },
    ["alpine-keys"] = { version = "2.4-r1", size = 159744 },
    ["apk-tools"] = { version = "2.14.4-r0", size = 303104 },
    busybox = { version = "1.36.1-r29", size = 929792 },
    ["busybox-binsh"] = { version = "1.36.1-r29", size = 8192 },
    ["busybox-mdev-openrc"] = { version = "1.36.1-r29", size = 24576 },
    ["busybox-openrc"] = { version = "1.36.1-r29", size = 135168 },
    ["busybox-suid"] = { version = "1.36.1-r29", size = 16384 },
    ["ca-certificates-bundle"] = { version = "20240705-r0", size = 241664 },
    ["ifupdown-ng"] = { version = "0.12.1-r5", size = 167936 },
    libcap2 = { version = "2.70-r0", size = 53248 },
    libcrypto3 = { version = "3.3.2-r0", size = 4771840 },
    libssl3 = { version = "3.3.2-r0", size = 815104 },
    ["mdev-conf"] = { version = "4.7-r0", size = 28672 },
    musl = { version = "1.2.5-r0", size = 667648 },
    ["musl-utils"] = { version = "1.2.5-r0", size = 131072 },
    openssl = { version = "3.3.2-r0", size = 770048 },
    scanelf = { version = "1.3.7-r2", size = 81920 },
    ssl_client = { version = "1.36.1-r29", size = 28672 },
    zlib = { version = "1.3.1-r1", size = 110592 },

    -- A machine with a disk.
    ["argon2-libs"] = { version = "20190702-r5", size = 45056 },
    blkid = { version = "2.40.1-r1", size = 86016 },
    ["btrfs-progs"] = { version = "6.8.1-r0", size = 1458176 },
    ["btrfs-progs-openrc"] = { version = "6.8.1-r0", size = 20480 },
    chrony = { version = "4.5-r0", size = 454656 },
    ["chrony-openrc"] = { version = "4.5-r0", size = 20480 },
    ["cryptsetup-libs"] = { version = "2.7.2-r0", size = 512000 },
    ["device-mapper-libs"] = { version = "2.03.23-r3", size = 356352 },
    doas = { version = "6.8.2-r7", size = 49152 },
    e2fsprogs = { version = "1.47.0-r5", size = 577536 },
    ["e2fsprogs-libs"] = { version = "1.47.0-r5", size = 393216 },
    ["json-c"] = { version = "0.17-r0", size = 73728 },
    kmod = { version = "32-r0", size = 180224 },
    ["kmod-libs"] = { version = "32-r0", size = 110592 },
    lddtree = { version = "1.27-r2", size = 24576 },
    libblkid = { version = "2.40.1-r1", size = 319488 },
    libcom_err = { version = "1.47.0-r5", size = 28672 },
    libedit = { version = "20240517.3.1-r0", size = 204800 },
    libuuid = { version = "2.40.1-r1", size = 45056 },
    ["linux-firmware-none"] = { version = "20240909-r0", size = 4096 },
    lzo = { version = "2.10-r5", size = 188416 },
    mkinitfs = { version = "3.10.1-r0", size = 135168 },
    mtools = { version = "4.0.43-r1", size = 413696 },
    nettle = { version = "3.9.1-r0", size = 585728 },
    openssh = { version = "9.7_p1-r4", size = 4096 },
    ["openssh-client-common"] = { version = "9.7_p1-r4", size = 2232320 },
    ["openssh-client-default"] = { version = "9.7_p1-r4", size = 856064 },
    ["openssh-keygen"] = { version = "9.7_p1-r4", size = 475136 },
    ["openssh-server"] = { version = "9.7_p1-r4", size = 868352 },
    ["openssh-server-common"] = { version = "9.7_p1-r4", size = 24576 },
    ["openssh-server-common-openrc"] = { version = "9.7_p1-r4", size = 20480 },
    ["openssh-sftp-server"] = { version = "9.7_p1-r4", size = 135168 },
    sudo = { version = "1.9.15_p5-r0", size = 2457600 },
    syslinux = { version = "6.04_pre1-r15", size = 6041600 },
    tzdata = { version = "2024b-r0", size = 3584000 },
    ["xz-libs"] = { version = "5.6.2-r0", size = 217088 },
    ["zstd-libs"] = { version = "1.5.6-r0", size = 606208 },

    -- Podman and what it needs.
    ["aardvark-dns"] = { version = "1.12.2-r0", size = 1433600 },
    catatonit = { version = "0.2.0-r3", size = 802816 },
    conmon = { version = "2.1.12-r0", size = 131072 },
    ["containers-common"] = { version = "0.60.4-r0", size = 229376 },
    crun = { version = "1.15-r0", size = 557056 },
    glib = { version = "2.80.5-r0", size = 4055040 },
    gmp = { version = "6.3.0-r1", size = 450560 },
    gpgme = { version = "1.23.2-r1", size = 475136 },
    ["iptables-openrc"] = { version = "1.8.10-r3", size = 28672 },
    jansson = { version = "2.14-r4", size = 86016 },
    libassuan = { version = "2.5.7-r0", size = 110592 },
    libbsd = { version = "0.12.2-r0", size = 81920 },
    libffi = { version = "3.4.6-r0", size = 53248 },
    libgcc = { version = "13.2.1_git20240309-r0", size = 151552 },
    ["libgpg-error"] = { version = "1.49-r0", size = 188416 },
    libintl = { version = "0.22.5-r0", size = 57344 },
    libmd = { version = "1.1.0-r0", size = 53248 },
    libmnl = { version = "1.0.5-r2", size = 32768 },
    libmount = { version = "2.40.1-r1", size = 380928 },
    libncursesw = { version = "6.4_p20240420-r1", size = 397312 },
    libnftnl = { version = "1.2.6-r0", size = 204800 },
    libseccomp = { version = "2.5.5-r1", size = 184320 },
    libslirp = { version = "4.7.0-r0", size = 163840 },
    libxtables = { version = "1.8.10-r3", size = 69632 },
    ["ncurses-terminfo-base"] = { version = "6.4_p20240420-r1", size = 237568 },
    netavark = { version = "1.12.2-r0", size = 6041600 },
    nftables = { version = "1.0.9-r2", size = 925696 },
    ["nftables-openrc"] = { version = "1.0.9-r2", size = 28672 },
    passt = { version = "2024.11.21-r0", size = 614400 },
    pcre2 = { version = "10.43-r0", size = 700416 },
    ["podman-docker"] = { version = "5.2.5-r0", size = 4096 },
    ["podman-openrc"] = { version = "5.2.5-r0", size = 24576 },
    ["podman-remote"] = { version = "5.2.5-r0", size = 34816000 },
    readline = { version = "8.2.10-r0", size = 315392 },
    runc = { version = "1.1.14-r0", size = 9420800 },
    ["shadow-subids"] = { version = "4.15.1-r0", size = 147456 },
    slirp4netns = { version = "1.3.0-r0", size = 110592 },
    ["sqlite-libs"] = { version = "3.45.3-r1", size = 1327104 },
    yajl = { version = "2.1.0-r9", size = 73728 },

    -- Around Podman.
    buildah = { version = "1.37.5-r0", size = 27136000 },
    dbus = { version = "1.14.10-r1", size = 528384 },
    ["dbus-libs"] = { version = "1.14.10-r1", size = 319488 },
    ["dbus-openrc"] = { version = "1.14.10-r1", size = 20480 },
    distrobox = { version = "1.7.2.1-r0", size = 409600 },
    elogind = { version = "252.24-r0", size = 1945600 },
    ["elogind-openrc"] = { version = "252.24-r0", size = 20480 },
    ["eudev-libs"] = { version = "3.2.14-r2", size = 122880 },
    ["fuse-common"] = { version = "3.16.2-r0", size = 20480 },
    ["fuse-openrc"] = { version = "3.16.2-r0", size = 20480 },
    ["fuse-overlayfs"] = { version = "1.13-r0", size = 135168 },
    fuse3 = { version = "3.16.2-r0", size = 98304 },
    ["fuse3-libs"] = { version = "3.16.2-r0", size = 307200 },
    gdbm = { version = "1.23-r1", size = 176128 },
    libbz2 = { version = "1.0.8-r6", size = 90112 },
    libelogind = { version = "252.24-r0", size = 573440 },
    libexpat = { version = "2.6.3-r0", size = 135168 },
    libpanelw = { version = "6.4_p20240420-r1", size = 28672 },
    ["linux-pam"] = { version = "1.6.0-r0", size = 1544192 },
    mpdecimal = { version = "4.0.0-r0", size = 221184 },
    nginx = { version = "1.26.2-r0", size = 1306624 },
    ["nginx-openrc"] = { version = "1.26.2-r0", size = 24576 },
    ["pam-rundir"] = { version = "1.0.0-r1", size = 32768 },
    ["podman-compose"] = { version = "1.1.0-r0", size = 215040 },
    ["py3-dotenv"] = { version = "1.0.1-r1", size = 65536 },
    ["py3-yaml"] = { version = "6.0.1-r3", size = 655360 },
    python3 = { version = "3.12.6-r0", size = 32256000 },
    shadow = { version = "4.15.1-r0", size = 602112 },
    ["skalibs-libs"] = { version = "2.14.1.1-r0", size = 270336 },
    skopeo = { version = "1.15.1-r3", size = 19353600 },
    ["utmps-libs"] = { version = "0.1.2.2-r1", size = 36864 },
    yaml = { version = "0.2.5-r2", size = 139264 },
  },
}

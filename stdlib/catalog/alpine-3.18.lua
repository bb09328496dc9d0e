-- Alpine 3.18 for x86_64: apk-tools 2.14, OpenRC 0.48 (control groups hybrid when nothing else is said), podman 4.5 with slirp4netns.
-- The format is described in common-base.lua. Versions are those of one day; sizes are rounded.

return {
  release = "3.18",
  base = { "common-base", "common-openrc", "common-machine", "common-podman", "common-extra" },
  packages = {
    -- What differs between releases by more than version and size.
    ["alpine-release"] = {
      version = "3.18.5-r0",
      size = 28672,
      files = {
        ["/etc/alpine-release"] = { content = "3.18.5\n" },
        ["/etc/issue"] = { content = "Welcome to Alpine Linux 3.18\nKernel \\r on \\m (\\l)\n\n" },
        ["/etc/os-release"] = { link = "../usr/lib/os-release" },
        ["/usr/lib/os-release"] = {
          content = [[
NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.18.5
PRETTY_NAME="Alpine Linux v3.18"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
]],
        },
      },
    },
    openrc = {
      version = "0.48-r0",
      size = 2400256,
      files = {
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
#rc_cgroup_mode="hybrid"

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
      version = "6.1.64-r0",
      size = 100663296,
      files = {
        ["/boot/vmlinuz-lts"] = {},
        ["/lib/modules/6.1.64-0-lts/modules.builtin"] = {
          sketch = true,
          content = [[
kernel/fs/configfs/configfs.ko
kernel/fs/proc/proc.ko
kernel/net/ipv4/tcp_cubic.ko
kernel/net/unix/unix.ko
]],
        },
        ["/lib/modules/6.1.64-0-lts/modules.dep"] = {
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
      version = "4.5.1-r6",
      size = 38707200,
      depends = {
        "aardvark-dns", "catatonit", "conmon", "containers-common", "gpgme", "ip6tables", "iptables", "libassuan",
        "libgpg-error", "libseccomp", "musl", "netavark", "oci-runtime", "shadow-subids", "slirp4netns",
      },
    },
    -- Its service script was not yet a package of its own, and libc-utils was.
    ["openssh-server-common"] = {
      version = "9.3_p2-r0",
      size = 32768,
      files = {
        ["/etc/conf.d/sshd"] = { sketch = true, content = "#sshd_disable_keygen=\"no\"\n" },
        ["/etc/init.d/sshd"] = { mode = "755", sketch = true, content = "#!/sbin/openrc-run\n" },
      },
    },
    ["musl-utils"] = { version = "1.2.4-r2", size = 139264, provides = {} },

    -- The base system.
    ["alpine-base"] = { version = "3.18.5-r0", size = 4096 },
    ["alpine-baselayout"] = { version = "3.4.3-r1", size = 413696 },
    ["alpine-baselayout-data"] = { version = "3.4.3-r1", size = 77824 },
    ["alpine-conf"] = { version = "3.16.2-r0", size = 258048 },
    ["alpine-keys"] = { version = "2.4-r1", size = 159744 },
    ["apk-tools"] = { version = "2.14.0-r2", size = 308224 },
    busybox = { version = "1.36.1-r5", size = 950272 },
    ["busybox-binsh"] = { version = "1.36.1-r5", size = 8192 },
    ["busybox-mdev-openrc"] = { version = "1.36.1-r5", size = 24576 },
    ["busybox-openrc"] = { version = "1.36.1-r5", size = 135168 },
    ["busybox-suid"] = { version = "1.36.1-r5", size = 16384 },
    ["ca-certificates-bundle"] = { version = "20230506-r0", size = 237568 },
    ["ifupdown-ng"] = { version = "0.12.1-r2", size = 167936 },
    ["libc-utils"] = { version = "0.7.2-r5", size = 4096 },
    libcap2 = { version = "2.69-r0", size = 53248 },
    libcrypto3 = { version = "3.1.4-r1", size = 4263936 },
    libssl3 = { version = "3.1.4-r1", size = 638976 },
    ["mdev-conf"] = { version = "4.5-r0", size = 28672 },
    musl = { version = "1.2.4-r2", size = 634880 },
    openssl = { version = "3.1.4-r1", size = 733184 },
    scanelf = { version = "1.3.7-r1", size = 81920 },
    ssl_client = { version = "1.36.1-r5", size = 28672 },
    zlib = { version = "1.2.13-r1", size = 110592 },

    -- A machine with a disk.
    ["argon2-libs"] = { version = "20190702-r4", size = 45056 },
    blkid = { version = "2.38.1-r8", size = 81920 },
    ["btrfs-progs"] = { version = "6.3.2-r0", size = 1380352 },
    ["btrfs-progs-openrc"] = { version = "6.3.2-r0", size = 20480 },
    chrony = { version = "4.3-r3", size = 442368 },
    ["chrony-openrc"] = { version = "4.3-r3", size = 20480 },
    ["cryptsetup-libs"] = { version = "2.6.1-r2", size = 483328 },
    ["device-mapper-libs"] = { version = "2.03.21-r1", size = 344064 },
    doas = { version = "6.8.2-r4", size = 49152 },
    e2fsprogs = { version = "1.47.0-r2", size = 573440 },
    ["e2fsprogs-libs"] = { version = "1.47.0-r2", size = 389120 },
    ["json-c"] = { version = "0.16-r2", size = 69632 },
    kmod = { version = "30-r3", size = 167936 },
    ["kmod-libs"] = { version = "30-r3", size = 110592 },
    lddtree = { version = "1.27-r2", size = 24576 },
    libblkid = { version = "2.38.1-r8", size = 311296 },
    libcom_err = { version = "1.47.0-r2", size = 28672 },
    libedit = { version = "20221030.3.1-r1", size = 204800 },
    libuuid = { version = "2.38.1-r8", size = 45056 },
    ["linux-firmware-none"] = { version = "20230515-r6", size = 4096 },
    lzo = { version = "2.10-r4", size = 188416 },
    mkinitfs = { version = "3.8.1-r0", size = 135168 },
    mtools = { version = "4.0.42-r0", size = 413696 },
    nettle = { version = "3.8.1-r2", size = 569344 },
    openssh = { version = "9.3_p2-r0", size = 4096 },
    ["openssh-client-common"] = { version = "9.3_p2-r0", size = 2154496 },
    ["openssh-client-default"] = { version = "9.3_p2-r0", size = 819200 },
    ["openssh-keygen"] = { version = "9.3_p2-r0", size = 466944 },
    ["openssh-server"] = { version = "9.3_p2-r0", size = 831488 },
    ["openssh-sftp-server"] = { version = "9.3_p2-r0", size = 131072 },
    sudo = { version = "1.9.13_p3-r2", size = 2355200 },
    syslinux = { version = "6.04_pre1-r11", size = 6041600 },
    tzdata = { version = "2023c-r1", size = 3584000 },
    ["xz-libs"] = { version = "5.4.3-r0", size = 188416 },
    ["zstd-libs"] = { version = "1.5.5-r4", size = 598016 },

    -- Podman and what it needs.
    ["aardvark-dns"] = { version = "1.6.0-r0", size = 1486848 },
    catatonit = { version = "0.1.7-r4", size = 798720 },
    conmon = { version = "2.1.7-r2", size = 126976 },
    ["containers-common"] = { version = "0.53.0-r0", size = 200704 },
    crun = { version = "1.8.4-r0", size = 528384 },
    glib = { version = "2.76.4-r0", size = 3846144 },
    gmp = { version = "6.2.1-r3", size = 421888 },
    gpgme = { version = "1.20.0-r1", size = 466944 },
    ip6tables = { version = "1.8.9-r2", size = 282624 },
    ["ip6tables-openrc"] = { version = "1.8.9-r2", size = 20480 },
    iptables = { version = "1.8.9-r2", size = 1679360 },
    ["iptables-openrc"] = { version = "1.8.9-r2", size = 28672 },
    jansson = { version = "2.14-r3", size = 86016 },
    libassuan = { version = "2.5.5-r3", size = 106496 },
    libbsd = { version = "0.11.7-r1", size = 77824 },
    libffi = { version = "3.4.4-r2", size = 53248 },
    libgcc = { version = "12.2.1_git20220924-r10", size = 151552 },
    ["libgpg-error"] = { version = "1.47-r1", size = 184320 },
    libintl = { version = "0.21.1-r7", size = 57344 },
    libmd = { version = "1.0.4-r2", size = 53248 },
    libmnl = { version = "1.0.5-r1", size = 32768 },
    libmount = { version = "2.38.1-r8", size = 368640 },
    libncursesw = { version = "6.4_p20230506-r0", size = 393216 },
    libnftnl = { version = "1.2.5-r1", size = 200704 },
    libseccomp = { version = "2.5.4-r2", size = 180224 },
    libslirp = { version = "4.7.0-r0", size = 163840 },
    libxtables = { version = "1.8.9-r2", size = 69632 },
    ["ncurses-terminfo-base"] = { version = "6.4_p20230506-r0", size = 237568 },
    netavark = { version = "1.6.0-r1", size = 5222400 },
    nftables = { version = "1.0.7-r1", size = 888832 },
    ["nftables-openrc"] = { version = "1.0.7-r1", size = 28672 },
    passt = { version = "2023.05.09-r0", size = 573440 },
    pcre2 = { version = "10.42-r1", size = 671744 },
    ["podman-docker"] = { version = "4.5.1-r6", size = 4096 },
    ["podman-openrc"] = { version = "4.5.1-r6", size = 24576 },
    ["podman-remote"] = { version = "4.5.1-r6", size = 31232000 },
    readline = { version = "8.2.1-r1", size = 311296 },
    runc = { version = "1.1.7-r4", size = 9011200 },
    ["shadow-subids"] = { version = "4.13-r4", size = 139264 },
    slirp4netns = { version = "1.2.0-r1", size = 106496 },
    ["sqlite-libs"] = { version = "3.41.2-r2", size = 1269760 },
    yajl = { version = "2.1.0-r7", size = 73728 },

    -- Around Podman.
    buildah = { version = "1.30.0-r3", size = 24064000 },
    dbus = { version = "1.14.8-r0", size = 520192 },
    ["dbus-libs"] = { version = "1.14.8-r0", size = 315392 },
    ["dbus-openrc"] = { version = "1.14.8-r0", size = 20480 },
    distrobox = { version = "1.5.0-r0", size = 348160 },
    elogind = { version = "246.10-r8", size = 1761280 },
    ["elogind-openrc"] = { version = "246.10-r8", size = 20480 },
    ["eudev-libs"] = { version = "3.2.11-r8", size = 118784 },
    ["fuse-common"] = { version = "3.14.1-r3", size = 20480 },
    ["fuse-openrc"] = { version = "3.14.1-r3", size = 20480 },
    ["fuse-overlayfs"] = { version = "1.12-r0", size = 131072 },
    fuse3 = { version = "3.14.1-r3", size = 94208 },
    ["fuse3-libs"] = { version = "3.14.1-r3", size = 303104 },
    gdbm = { version = "1.23-r1", size = 176128 },
    libbz2 = { version = "1.0.8-r5", size = 90112 },
    libelogind = { version = "246.10-r8", size = 532480 },
    libexpat = { version = "2.5.0-r1", size = 131072 },
    libpanelw = { version = "6.4_p20230506-r0", size = 28672 },
    ["linux-pam"] = { version = "1.5.2-r10", size = 1523712 },
    mpdecimal = { version = "2.5.1-r2", size = 204800 },
    nginx = { version = "1.24.0-r7", size = 1269760 },
    ["nginx-openrc"] = { version = "1.24.0-r7", size = 24576 },
    ["pam-rundir"] = { version = "1.0.0-r1", size = 32768 },
    ["podman-compose"] = { version = "1.0.6-r0", size = 180224 },
    ["py3-dotenv"] = { version = "1.0.0-r1", size = 65536 },
    ["py3-yaml"] = { version = "6.0-r3", size = 614400 },
    python3 = { version = "3.11.6-r0", size = 30208000 },
    shadow = { version = "4.13-r4", size = 573440 },
    ["skalibs-libs"] = { version = "2.13.1.1-r1", size = 266240 },
    skopeo = { version = "1.12.0-r3", size = 17920000 },
    ["utmps-libs"] = { version = "0.1.2.1-r1", size = 36864 },
    yaml = { version = "0.2.5-r1", size = 139264 },
  },
}

-- What setup-alpine adds for a machine with a disk. The format is described in common-base.lua.

local service = { mode = "755", sketch = true, content = "#!/sbin/openrc-run\n" }

return {
  packages = {
    -- The kernel's directory of modules is named after its version: see each release.
    ["linux-lts"] = { depends = { "initramfs-generator", "linux-firmware-any" } },
    ["linux-firmware-none"] = { provides = { "linux-firmware-any" }, provider_priority = 10 },
    mkinitfs = {
      depends = {
        "apk-tools", "busybox", "busybox-binsh", "cryptsetup-libs", "device-mapper-libs", "kmod", "kmod-libs", "lddtree",
        "libblkid", "mdev-conf", "musl",
      },
      provides = { "initramfs-generator" },
      provider_priority = 900,
      files = {
        ["/etc/mkinitfs/mkinitfs.conf"] = {
          sketch = true,
          content = "features=\"base ext4 keymap kms mmc nvme scsi usb virtio\"\n",
        },
        ["/sbin/mkinitfs"] = { mode = "755" },
      },
    },
    ["argon2-libs"] = { depends = { "musl" } },
    ["cryptsetup-libs"] = {
      depends = { "musl", "argon2-libs", "device-mapper-libs", "json-c", "libblkid", "libcrypto3", "libuuid" },
    },
    ["device-mapper-libs"] = { depends = { "musl" } },
    ["json-c"] = { depends = { "musl" } },
    kmod = { depends = { "musl", "kmod-libs" }, files = { ["/bin/kmod"] = { mode = "755" } } },
    ["kmod-libs"] = { depends = { "musl", "libcrypto3", "xz-libs", "zlib", "zstd-libs" } },
    lddtree = { depends = { "scanelf" } },
    libuuid = { depends = { "musl" } },
    ["xz-libs"] = { depends = { "musl" } },
    ["zstd-libs"] = { depends = { "musl" } },

    e2fsprogs = {
      depends = { "musl", "e2fsprogs-libs", "libblkid", "libcom_err", "libuuid" },
      files = { ["/sbin/mke2fs"] = { mode = "755" }, ["/etc/mke2fs.conf"] = {} },
    },
    ["e2fsprogs-libs"] = { depends = { "musl", "libcom_err" } },
    libcom_err = { depends = { "musl" } },
    blkid = { depends = { "musl", "libblkid" } },
    mtools = { depends = { "musl" } },
    syslinux = {
      depends = { "musl", "blkid", "libuuid", "mtools" },
      files = { ["/etc/update-extlinux.conf"] = {}, ["/sbin/extlinux"] = { mode = "755" } },
    },
    ["btrfs-progs"] = {
      depends = { "musl", "libblkid", "libuuid", "lzo", "zlib", "zstd-libs" },
      files = { ["/sbin/btrfs"] = { mode = "755" }, ["/sbin/mkfs.btrfs"] = { mode = "755" } },
    },
    ["btrfs-progs-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "btrfs-progs" },
      files = {
        ["/etc/init.d/btrfs-scan"] = service,
        ["/etc/modules-load.d/btrfs.conf"] = { content = "btrfs\n" },
      },
    },
    lzo = { depends = { "musl" } },

    openssh = { depends = { "openssh-client-default", "openssh-server", "openssh-sftp-server" } },
    ["openssh-client-common"] = {
      depends = { "openssh-keygen" },
      files = { ["/etc/ssh/ssh_config"] = {}, ["/usr/bin/scp"] = { mode = "755" } },
    },
    ["openssh-client-default"] = {
      depends = { "musl", "libcrypto3", "libedit", "openssh-client-common", "zlib" },
      provides = { "openssh-client" },
      provider_priority = 100,
      files = { ["/usr/bin/ssh"] = { mode = "755" } },
    },
    ["openssh-keygen"] = { depends = { "musl", "libcrypto3" }, files = { ["/usr/bin/ssh-keygen"] = { mode = "755" } } },
    ["openssh-server"] = {
      depends = { "musl", "libcrypto3", "openssh-keygen", "openssh-server-common", "zlib" },
      files = { ["/usr/sbin/sshd"] = { mode = "755" } },
    },
    ["openssh-server-common"] = {
      files = {
        ["/etc/ssh/sshd_config"] = {
          sketch = true,
          content = [[
# Alpine allows no forwarding: `podman --url ssh://…` needs it.
Include /etc/ssh/sshd_config.d/*.conf
AuthorizedKeysFile	.ssh/authorized_keys
AllowTcpForwarding no
GatewayPorts no
X11Forwarding no
Subsystem	sftp	internal-sftp
]],
        },
        ["/etc/ssh/sshd_config.d"] = { dir = true },
      },
    },
    ["openssh-server-common-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "openssh-server-common" },
      files = {
        ["/etc/conf.d/sshd"] = { sketch = true, content = "#sshd_disable_keygen=\"no\"\n#rc_need=\"\"\n" },
        ["/etc/init.d/sshd"] = service,
      },
    },
    ["openssh-sftp-server"] = { depends = { "musl" } },
    libedit = { depends = { "musl", "libncursesw" } },

    chrony = {
      depends = { "musl", "libcap2", "libedit", "nettle" },
      files = {
        ["/etc/chrony/chrony.conf"] = {
          sketch = true,
          content = "pool pool.ntp.org iburst\ndriftfile /var/lib/chrony/chrony.drift\nrtcsync\ncmdport 0\n",
        },
        ["/usr/sbin/chronyd"] = { mode = "755" },
      },
    },
    ["chrony-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "chrony" },
      files = {
        ["/etc/conf.d/chronyd"] = { sketch = true, content = "CFGFILE=\"/etc/chrony/chrony.conf\"\n" },
        ["/etc/init.d/chronyd"] = service,
      },
    },
    nettle = { depends = { "musl", "gmp" } },

    doas = {
      depends = { "musl" },
      files = {
        ["/etc/doas.d"] = { dir = true, mode = "750" },
        ["/usr/bin/doas"] = { mode = "4755" },
      },
    },
    sudo = {
      repository = "community",
      depends = { "musl", "zlib" },
      files = {
        ["/etc/sudoers"] = {
          mode = "440",
          sketch = true,
          content = "root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
        },
        ["/etc/sudoers.d"] = { dir = true, mode = "750" },
        ["/usr/bin/sudo"] = { mode = "4111" },
      },
    },
    tzdata = {},
  },
}

-- OpenRC and the services of the base system. The format is described in common-base.lua.

local service = { mode = "755", sketch = true, content = "#!/sbin/openrc-run\n" }

return {
  packages = {
    openrc = {
      depends = { "musl", "libcap2", "ifupdown-any", "/bin/sh" },
      files = {
        ["/sbin/openrc"] = { mode = "755" },
        ["/sbin/openrc-run"] = { mode = "755" },
        ["/sbin/rc-service"] = { mode = "755" },
        ["/sbin/rc-update"] = { mode = "755" },
        ["/sbin/supervise-daemon"] = { mode = "755" },
        ["/bin/rc-status"] = { mode = "755" },

        -- Alpine's package enables nothing: the runlevels come empty.
        ["/etc/runlevels/boot"] = { dir = true },
        ["/etc/runlevels/default"] = { dir = true },
        ["/etc/runlevels/nonetwork"] = { dir = true },
        ["/etc/runlevels/shutdown"] = { dir = true },
        ["/etc/runlevels/sysinit"] = { dir = true },

        ["/etc/local.d"] = { dir = true },
        ["/etc/local.d/README"] = {},

        -- rc.conf differs by release: see there.
        ["/etc/conf.d/bootmisc"] = { sketch = true, content = "#wipe_tmp=\"NO\"\n#previous_dmesg=no\n" },
        ["/etc/conf.d/devfs"] = { sketch = true, content = "# skip_mount_dev=\"NO\"\n" },
        ["/etc/conf.d/dmesg"] = { sketch = true, content = "dmesg_level=\"1\"\n" },
        ["/etc/conf.d/fsck"] = { sketch = true, content = "# fsck_args=\"-p\"\n" },
        ["/etc/conf.d/hwclock"] = { sketch = true, content = "clock=\"UTC\"\nclock_systohc=\"YES\"\n" },
        ["/etc/conf.d/killprocs"] = { sketch = true, content = "#killall5_opts=\"\"\n" },
        ["/etc/conf.d/localmount"] = { sketch = true, content = "#no_umounts=\"\"\n" },
        ["/etc/conf.d/modules"] = { sketch = true, content = "#modules=\"\"\n" },
        ["/etc/conf.d/net-online"] = { sketch = true, content = "# timeout=120\n" },
        ["/etc/conf.d/netmount"] = { sketch = true, content = "#rc_need=\"net\"\n" },
        ["/etc/conf.d/seedrng"] = { sketch = true, content = "# skip_credit=\"no\"\n" },
        ["/etc/conf.d/swap"] = { sketch = true, content = "#rc_before=\"!localmount\"\n" },

        ["/etc/init.d/binfmt"] = service,
        ["/etc/init.d/bootmisc"] = service,
        ["/etc/init.d/cgroups"] = {
          mode = "755",
          sketch = true,
          content = "#!/sbin/openrc-run\n"
            .. "description=\"Mounts control groups as rc_cgroup_mode of /etc/rc.conf says\"\n"
            .. "depend() { keyword -docker -prefix -systemd-nspawn -vserver; after sysfs; }\n",
        },
        ["/etc/init.d/devfs"] = service,
        ["/etc/init.d/dmesg"] = service,
        ["/etc/init.d/firstboot"] = service,
        ["/etc/init.d/fsck"] = service,
        ["/etc/init.d/hostname"] = service,
        ["/etc/init.d/hwclock"] = service,
        ["/etc/init.d/hwdrivers"] = service,
        ["/etc/init.d/killprocs"] = service,
        ["/etc/init.d/local"] = {
          mode = "755",
          sketch = true,
          content = "#!/sbin/openrc-run\n"
            .. "description=\"Runs /etc/local.d/*.start and *.stop\"\n"
            .. "depend() { after *; keyword -timeout; }\n",
        },
        ["/etc/init.d/localmount"] = service,
        ["/etc/init.d/loopback"] = service,
        ["/etc/init.d/machine-id"] = service,
        ["/etc/init.d/modloop"] = service,
        ["/etc/init.d/modules"] = {
          mode = "755",
          sketch = true,
          content = "#!/sbin/openrc-run\n"
            .. "description=\"Loads /etc/modules and modules-load.d\"\n"
            .. "depend() { keyword -lxc -openvz -vserver -prefix; }\n",
        },
        ["/etc/init.d/mount-ro"] = service,
        ["/etc/init.d/net-online"] = service,
        ["/etc/init.d/netmount"] = service,
        ["/etc/init.d/networking"] = service,
        ["/etc/init.d/osclock"] = service,
        ["/etc/init.d/procfs"] = service,
        ["/etc/init.d/root"] = service,
        ["/etc/init.d/runsvdir"] = service,
        ["/etc/init.d/savecache"] = service,
        ["/etc/init.d/seedrng"] = service,
        ["/etc/init.d/staticroute"] = service,
        ["/etc/init.d/swap"] = service,
        ["/etc/init.d/swclock"] = service,
        ["/etc/init.d/sysctl"] = service,
        ["/etc/init.d/sysfs"] = service,
        ["/etc/init.d/sysfsconf"] = service,
        ["/etc/init.d/termencoding"] = service,
      },
    },
    -- Apart from openrc since OpenRC came to have user services.
    ["openrc-user"] = {
      depends = { "musl" },
      provider_priority = 100,
      files = { ["/etc/init.d/user"] = service },
    },
    ["openrc-user-pam"] = {
      depends = { "musl", "linux-pam" },
      provides = { "openrc-user" },
      provider_priority = 1,
      files = {
        ["/etc/init.d/user"] = service,
        ["/etc/pam.d/openrc-user"] = {},
        ["/usr/lib/security/pam_openrc.so"] = { mode = "755" },
      },
    },

    ["busybox-openrc"] = {
      depends = { "busybox", "openrc" },
      install_if = { "busybox", "openrc" },
      files = {
        ["/etc/conf.d/acpid"] = {},
        ["/etc/conf.d/crond"] = {},
        ["/etc/conf.d/syslog"] = { sketch = true, content = "SYSLOGD_OPTS=\"-t\"\n" },
        ["/etc/conf.d/watchdog"] = {},
        ["/etc/init.d/acpid"] = service,
        ["/etc/init.d/crond"] = service,
        ["/etc/init.d/klogd"] = service,
        ["/etc/init.d/loadkmap"] = service,
        ["/etc/init.d/ntpd"] = service,
        ["/etc/init.d/rdate"] = service,
        ["/etc/init.d/syslog"] = service,
        ["/etc/init.d/watchdog"] = service,
      },
    },
    ["busybox-mdev-openrc"] = {
      depends = { "busybox", "mdev-conf", "openrc" },
      files = { ["/etc/init.d/mdev"] = service },
    },
  },
}

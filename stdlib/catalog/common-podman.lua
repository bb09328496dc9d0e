-- Podman and all that its package needs. The format is described in common-base.lua.
-- What podman itself depends on changed from release to release, and stands with each.

local service = { mode = "755", sketch = true, content = "#!/sbin/openrc-run\n" }

-- Short forms of what containers-common ships; the keys that are set are the same.
local containers_conf = [==[
# Defaults for all container tools. Settings go to containers.conf.d/*.conf or ~/.config/containers/containers.conf.

[containers]
#log_driver = "k8s-file"
#pids_limit = 2048
#userns = ""

[network]
#default_rootless_network_cmd = "pasta"
#firewall_driver = ""
#network_backend = ""

[engine]
#cgroup_manager = "cgroupfs"
#events_logger = "file"
#runtime = "crun"

[engine.runtimes]
]==]

local storage_conf = [==[
# Where images and containers are kept. Rootless containers do not use the two paths below.

[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
#rootless_storage_path = "$HOME/.local/share/containers/storage"

[storage.options]
additionalimagestores = [
]
pull_options = {enable_partial_images = "true", use_hard_links = "false", ostree_repos=""}

[storage.options.overlay]
#ignore_chown_errors = "false"
#mount_program = "/usr/bin/fuse-overlayfs"
mountopt = "nodev"
]==]

local registries_conf = [==[
# Where an image name without a registry is looked for.
unqualified-search-registries = ["docker.io"]

#[[registry]]
#location = "internal.example.com"
#insecure = false

#short-name-mode = "permissive"
]==]

local policy_json = [==[
{
    "default": [
        {
            "type": "insecureAcceptAnything"
        }
    ],
    "transports": {
        "docker-daemon": {
            "": [{"type":"insecureAcceptAnything"}]
        }
    }
}
]==]

return {
  packages = {
    podman = {
      repository = "community",
      files = {
        ["/usr/bin/podman"] = { mode = "755" },
        ["/usr/libexec/podman/rootlessport"] = { mode = "755" },
      },
    },
    ["podman-openrc"] = {
      repository = "community",
      depends = { "openrc", "podman" },
      install_if = { "openrc", "podman" },
      files = {
        ["/etc/conf.d/podman"] = {
          sketch = true,
          content = "#podman_opts=\"--time 0\"\n#podman_uri=\"\"\n#podman_user=\"root\"\n",
        },
        ["/etc/init.d/podman"] = {
          mode = "755",
          sketch = true,
          content = "#!/sbin/openrc-run\n"
            .. "supervisor=supervise-daemon\n"
            .. "command=/usr/bin/podman\n"
            .. "command_args=\"system service ${podman_opts:=--time 0} $podman_uri\"\n"
            .. "command_user=\"${podman_user:=root}\"\n"
            .. "depend() { need sysfs cgroups; }\n",
        },
      },
    },
    ["podman-docker"] = {
      repository = "community",
      depends = { "podman", "/bin/sh" },
      provides = { "docker" },
      files = { ["/usr/bin/docker"] = { mode = "755" } },
    },
    ["podman-remote"] = {
      repository = "community",
      depends = { "musl" },
      files = { ["/usr/bin/podman-remote"] = { mode = "755" } },
    },

    ["containers-common"] = {
      repository = "community",
      files = {
        ["/etc/containers/certs.d"] = { dir = true },
        ["/etc/containers/containers.conf"] = { sketch = true, content = containers_conf },
        ["/etc/containers/oci/hooks.d"] = { dir = true },
        ["/etc/containers/policy.json"] = { sketch = true, content = policy_json },
        ["/etc/containers/registries.conf"] = { sketch = true, content = registries_conf },
        ["/etc/containers/registries.conf.d/00-shortnames.conf"] = {
          sketch = true,
          content = "[aliases]\n  \"alpine\" = \"docker.io/library/alpine\"\n  \"hello\" = \"quay.io/podman/hello\"\n",
        },
        ["/etc/containers/registries.d/default.yaml"] = { sketch = true, content = "default-docker:\n" },
        ["/etc/containers/seccomp.json"] = {},
        ["/etc/containers/storage.conf"] = { sketch = true, content = storage_conf },
        ["/usr/share/containers/containers.conf"] = { sketch = true, content = containers_conf },
        ["/usr/share/containers/seccomp.json"] = {},
        ["/usr/share/containers/storage.conf"] = { sketch = true, content = storage_conf },
        ["/var/lib/containers/sigstore"] = { dir = true },
      },
    },

    ["aardvark-dns"] = {
      repository = "community",
      depends = { "musl", "libgcc" },
      files = { ["/usr/libexec/podman/aardvark-dns"] = { mode = "755" } },
    },
    catatonit = {
      repository = "community",
      files = {
        ["/usr/bin/catatonit"] = { mode = "755" },
        ["/usr/libexec/podman/catatonit"] = { link = "/usr/bin/catatonit" },
      },
    },
    conmon = {
      repository = "community",
      depends = { "musl", "glib", "libseccomp" },
      files = { ["/usr/bin/conmon"] = { mode = "755" } },
    },
    crun = {
      repository = "community",
      depends = { "musl", "libcap2", "libseccomp", "yajl" },
      provides = { "oci-runtime" },
      provider_priority = 100,
      files = { ["/usr/bin/crun"] = { mode = "755" } },
    },
    runc = {
      repository = "community",
      depends = { "musl", "libseccomp" },
      provides = { "oci-runtime" },
      provider_priority = 10,
      files = { ["/usr/bin/runc"] = { mode = "755" } },
    },
    -- Depends on no firewall tool, though it needs one to run.
    netavark = {
      repository = "community",
      depends = { "musl", "libgcc" },
      files = { ["/usr/libexec/podman/netavark"] = { mode = "755" } },
    },
    passt = {
      repository = "community",
      depends = { "musl" },
      files = { ["/usr/bin/passt"] = { mode = "755" }, ["/usr/bin/pasta"] = { link = "passt" } },
    },
    slirp4netns = {
      repository = "community",
      depends = { "musl", "glib", "libcap2", "libseccomp", "libslirp" },
      files = {
        ["/usr/bin/slirp4netns"] = { mode = "755" },
        ["/usr/lib/modules-load.d/slirp4netns.conf"] = { content = "tun\n" },
      },
    },
    -- newuidmap and newgidmap are setuid up to shadow 4.17; later ones have file capabilities instead.
    ["shadow-subids"] = {
      repository = "community",
      depends = { "musl", "libbsd" },
      provides = { "shadow-uidmap" },
      files = {
        ["/etc/subgid"] = { content = "" },
        ["/etc/subuid"] = { content = "" },
        ["/usr/bin/newgidmap"] = { mode = "4711" },
        ["/usr/bin/newuidmap"] = { mode = "4711" },
      },
    },

    iptables = {
      depends = { "musl", "libmnl", "libnftnl", "libxtables" },
      files = { ["/usr/sbin/iptables"] = { mode = "755" } },
    },
    -- Of its own before iptables took it in.
    ip6tables = { depends = { "musl", "iptables" } },
    ["ip6tables-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "ip6tables" },
      files = { ["/etc/init.d/ip6tables"] = service },
    },
    ["iptables-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "iptables" },
      files = {
        ["/etc/conf.d/iptables"] = {
          sketch = true,
          content = "IPTABLES_SAVE=\"/etc/iptables/rules-save\"\nIPFORWARD=\"no\"\n",
        },
        ["/etc/init.d/ebtables"] = service,
        ["/etc/init.d/iptables"] = service,
      },
    },
    nftables = {
      depends = { "musl", "gmp", "jansson", "libmnl", "libnftnl", "readline" },
      files = {
        ["/etc/nftables.d"] = { dir = true },
        ["/etc/nftables.nft"] = {},
        ["/usr/sbin/nft"] = { mode = "755" },
        ["/var/lib/nftables"] = { dir = true, mode = "750" },
      },
    },
    ["nftables-openrc"] = {
      depends = { "openrc" },
      install_if = { "openrc", "nftables" },
      files = {
        ["/etc/conf.d/nftables"] = { sketch = true, content = "rules_file=\"/etc/nftables.nft\"\n" },
        ["/etc/init.d/nftables"] = service,
      },
    },

    -- Libraries. None of them has a file that setting up looks at.
    glib = { depends = { "musl", "libffi", "libintl", "libmount", "pcre2", "zlib" } },
    gmp = { depends = { "musl" } },
    gpgme = { repository = "community", depends = { "musl", "libassuan", "libgpg-error" } },
    jansson = { depends = { "musl" } },
    libassuan = { depends = { "musl", "libgpg-error" } },
    libblkid = { depends = { "musl" } },
    libbsd = { depends = { "musl", "libmd" } },
    libffi = { depends = { "musl" } },
    libgcc = { depends = { "musl" } },
    ["libgpg-error"] = { depends = { "musl", "libintl" } },
    libintl = { depends = { "musl" } },
    libmd = { depends = { "musl" } },
    libmnl = { depends = { "musl" } },
    libmount = { depends = { "musl", "libblkid" } },
    libncursesw = { depends = { "musl", "ncurses-terminfo-base" } },
    libnftnl = { depends = { "musl", "libmnl" } },
    libseccomp = { depends = { "musl" } },
    libslirp = { repository = "community", depends = { "musl", "glib" } },
    libxtables = { depends = { "musl" } },
    ["ncurses-terminfo-base"] = {},
    pcre2 = { depends = { "musl" } },
    readline = { depends = { "musl", "libncursesw" } },
    ["sqlite-libs"] = { depends = { "musl" } },
    yajl = { depends = { "musl" } },
  },

  -- What the verification of image signatures may bring along, release by release.
  brings_nothing = {
    "gnupg", "gnupg-dirmngr", "gnupg-gpgconf", "gnupg-keyboxd", "gnupg-utils", "gnupg-wks-client", "gpg", "gpg-agent",
    "gpg-wks-server", "gpgsm", "gpgv", "gnutls", "npth", "p11-kit", "pinentry", "podman-doc", "podman-systemd",
  },
}

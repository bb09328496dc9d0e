/// Errors as programs print them, with the symptom that they are.
struct KnownError: Sendable {
  var symptom: String
  var text: String
  /// What the advice says about this machine.
  var fix: String?

  init(_ symptom: String, _ text: String, fix: String? = nil) {
    self.symptom = symptom
    self.text = text
    self.fix = fix
  }

  static let all = identifiers + network + storage + rest

  private static let identifiers = [
    KnownError(
      "few-ids",
      #"Error: copying system image from manifest list: writing blob: adding layer with blob "sha256:0a9a5dfd008f05ebc27e4790db0709a29e527690c21bcbcd01481eaeb6bb49dc": processing tar file(potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow): Check /etc/subuid and /etc/subgid if configured locally and run "podman system migrate": lchown /etc/shadow: invalid argument): exit status 1"#
    ),
    KnownError(
      "no-subids",
      #"""
      WARN[0000] Using rootless single mapping into the namespace. This might break some images. Check /etc/subuid and /etc/subgid for adding sub*ids if not using a network user
      """#),
    KnownError(
      "no-subids",
      #"""
      ERRO[0000] cannot find UID/GID for user bob: no subuid ranges found for user "bob" in /etc/subuid - check rootless mode in man pages.
      """#, fix: "alpod run rootless --user bob"),
    KnownError("repeated-subids", "newuidmap: write to uid_map failed: Invalid argument"),
    KnownError(
      "unread-subids",
      "newuidmap: uid range [1-65537) -> [100000-165536) not allowed"),
    KnownError(
      "own-id",
      #"Error: invalid configuration: the specified mapping 1000:65536 in "/etc/subuid" includes the user UID"#
    ),
    KnownError(
      "no-newuidmap",
      #"Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH"#
    ),
    KnownError(
      "powerless-newuidmap", "newuidmap: write to uid_map failed: Operation not permitted"),
    KnownError(
      "powerless-newuidmap",
      #"time="2026-01-04T10:00:00Z" level=error msg="running `/usr/bin/newuidmap 3211 0 1000 1 1 100000 65536`:  \nError: should have setuid or have filecaps setuid: invalid internal status, try resetting the pause process""#
    ),
    KnownError(
      "other-group",
      "newuidmap: Target process 4711 is owned by a different user: uid:1000 pw_uid:1000 st_uid:1000, gid:100 pw_gid:1000 st_gid:100"
    ),
    KnownError("malformed-subids", "Error: Format not correct for /etc/subuid file"),
  ]

  private static let network = [
    KnownError(
      "private-mounts",
      #"WARN[0000] "/" is not a shared mount, this could cause issues or missing mounts with rootless containers"#
    ),
    KnownError(
      "no-tun",
      "Error: pasta failed with exit code 1:\nFailed to open() /dev/net/tun: No such device\nFailed to set up tap device in namespace"
    ),
    KnownError(
      "no-tun",
      "Error: pasta failed with exit code 1:\nFailed to open() /dev/net/tun: No such file or directory\nFailed to open tun socket in namespace"
    ),
    KnownError("closed-tun", "Failed to open() /dev/net/tun: Permission denied"),
    KnownError(
      "no-pasta",
      #"Error: could not find pasta, the network namespace can't be configured: exec: "pasta": executable file not found in $PATH"#
    ),
    KnownError(
      "pasta-failed",
      "Error: pasta failed with exit code 1:\nCouldn't get any nameserver address"),
    KnownError(
      "low-port",
      "Error: rootlessport cannot expose privileged port 80, you can add 'net.ipv4.ip_unprivileged_port_start=80' to /etc/sysctl.conf (currently 1024), or choose a larger port number (>= 1024): listen tcp 0.0.0.0:80: bind: permission denied"
    ),
    KnownError(
      "low-port",
      "Error: pasta failed with exit code 1:\nListen failed for HOST TCP port */443: Permission denied\nCouldn't listen on requested ports"
    ),
    KnownError("no-firewall", "Error: netavark: No such file or directory (os error 2)"),
    KnownError(
      "no-firewall",
      #"Error: netavark: nftables error: "nft" did not return successfully while applying ruleset"#),
    KnownError("no-forwarding", "channel 3: open failed: administratively prohibited: open failed"),
  ]

  private static let storage = [
    KnownError(
      "other-driver",
      #"time="2026-02-01T12:00:00Z" level=error msg="User-selected graph driver \"overlay\" overwritten by graph driver \"vfs\" from database - delete libpod local files (\"/home/admin/.local/share/containers/storage\") to resolve.  May prevent use of images created by other tools""#,
      fix:
        "alpod run storage --set reset=true, which says what is lost; or stay with it: alpod run storage --set driver=vfs"
    ),
    KnownError(
      "no-overlay",
      "Error: 'overlay' is not supported over overlayfs, a mount_program is required: backing file system is unsupported for this graph driver"
    ),
    KnownError(
      "no-overlay",
      "Error: mounting storage for container: creating overlay mount: fuse: device not found, try 'modprobe fuse' first"
    ),
    KnownError(
      "no-overlay",
      "Error: kernel does not support overlay fs: unable to create kernel-style whiteout: operation not permitted"
    ),
    KnownError("roots-storage", "Error: mkdir /var/lib/containers/storage: permission denied"),
    KnownError(
      "roots-storage",
      "Error: stat /root/.config/containers/storage.conf: permission denied"),
    KnownError(
      "foreign-owner",
      "drwxr-xr-x    2 100999   100999        4096 Jan  1 12:00 data\ntouch: data/x: Permission denied"
    ),
    KnownError(
      "closed-directory",
      "Error: OCI runtime error: crun: make `/srv/x/storage/overlay/1f/merged` private: Permission denied"
    ),
  ]

  private static let rest = [
    KnownError(
      "no-cgroup2",
      "WARN[0000] Using cgroups-v1 which is deprecated in favor of cgroups-v2 with Podman v5 and will be removed in a future version."
    ),
    KnownError("no-cgroup2", "Error: Cgroups v1 not supported"),
    KnownError(
      "no-cgroup",
      "Error: OCI runtime error: crun: invalid file system type on `/sys/fs/cgroup`"),
    KnownError(
      "no-controller",
      "Error: crun: the requested cgroup controller `memory` is not available: OCI runtime error"),
    KnownError(
      "no-limits",
      "Resource limits are not supported and ignored on cgroups V1 rootless systems"),
    KnownError(
      "runtime-dir",
      #"XDG_RUNTIME_DIR directory "/run/user/0" is not owned by the current user"#),
    KnownError(
      "malformed-settings",
      "Failed to read /home/admin/.config/containers/storage.conf toml: line 2: expected '.' or ']' to end table name, but got '\\n' instead"
    ),
    KnownError(
      "malformed-settings",
      #"reading system config "/etc/containers/containers.conf": decode configuration /etc/containers/containers.conf: toml: line 2: expected '.' or ']' to end table name, but got '\n' instead"#
    ),
    KnownError(
      "malformed-settings",
      #"Error: loading registries configuration "/etc/containers/registries.conf": toml: line 2: expected '.' or ']' to end table name, but got '\n' instead"#
    ),
    KnownError(
      "no-home", "cannot resolve /home/admin: lstat /home/admin: no such file or directory"),
    KnownError(
      "no-home",
      "Error: creating runtime static files directory: mkdir /home/admin/.local: permission denied"),
    KnownError("runtime-dir", "Error: creating tmpdir: mkdir /run/user/1000: permission denied"),
    KnownError(
      "old-keep-id", "Error: unrecognized namespace mode keep-id:uid=1000,gid=1000 passed"),
    KnownError(
      "slow-keep-id",
      "root      4711  99.0  0.2 storage-chown-by-maps /home/admin/.local/share/containers/storage/vfs/dir/1f"
    ),
    KnownError(
      "not-at-boot",
      "Error: can only create exec sessions on running containers: container state improper"),
    KnownError(
      "unselectable",
      "ERROR: unable to select packages:\n  podman (no such package):\n    required by: world[podman]"
    ),
    KnownError(
      "malformed-world",
      "ERROR: '#' is not a valid world dependency, format is name(@tag)([<>~=]version)"
    ),
    KnownError(
      "no-openrc",
      " * You are attempting to run an openrc service on a\n * system which openrc did not boot."),
    KnownError(
      "other-kernel",
      "modprobe: can't change directory to '/lib/modules': No such file or directory"),
    KnownError("distrobox-failed", "Error: Container Setup Failure!"),
    KnownError(
      "pending-configuration",
      "* Installing new file to /etc/containers/storage.conf.apk-new"),
    KnownError(
      "locked-database",
      "ERROR: Unable to lock database: Resource temporarily unavailable\nERROR: Failed to open apk database: Resource temporarily unavailable"
    ),
    KnownError("locked-database", "ERROR: Unable to lock database: Permission denied"),
  ]

  /// Logs of other matters.
  static let others = [
    "Error: short-name \"nginx\" did not resolve to an alias and no unqualified-search registries are defined in \"/etc/containers/registries.conf\"",
    "Error: initializing source docker://quay.io/nobody/nothing:latest: reading manifest latest in quay.io/nobody/nothing: unauthorized: access to the requested resource is not authorized",
    "Error: creating container storage: the container name \"web\" is already in use by 0123456789ab. You have to remove that container to be able to reuse that name",
    "Error: no container with name or ID \"db\" found: no such container",
    "Error: crun: executable file `/bin/bash` not found: No such file or directory: OCI runtime attempted to invoke a command that was not found",
    "nginx: [emerg] bind() to 0.0.0.0:8080 failed (98: Address already in use)",
    "fatal: not a git repository (or any of the parent directories): .git",
    "make: *** [Makefile:12: all] Error 2",
    "ssh: connect to host 192.0.2.7 port 22: Connection refused",
    "curl: (6) Could not resolve host: example.com",
    "[  123.456789] EXT4-fs (sda3): mounted filesystem with ordered data mode",
    "[ 4242.000001] Out of memory: Killed process 123 (java) total-vm:8123456kB, anon-rss:4012345kB",
    "sh: foo: not found",
    "cp: can't stat 'a': No such file or directory",
    "ls: /srv: Permission denied",
    "OK: 123 MiB in 45 packages",
    "(1/3) Installing libseccomp (2.5.5-r1)\nExecuting busybox-1.36.1-r29.trigger\nOK: 8 MiB in 15 packages",
    " * Starting sshd ... [ ok ]",
    " * Caching service dependencies ... [ ok ]\n * rc-update: sshd already installed in runlevel `default'; skipping",
    "postgres | 2026-01-01 12:00:00.000 UTC [1] LOG:  database system is ready to accept connections",
    "Traceback (most recent call last):\n  File \"app.py\", line 1, in <module>\nModuleNotFoundError: No module named 'flask'",
    "Error: statfs /srv/none: no such file or directory",
    "dial tcp 192.0.2.1:443: i/o timeout",
    "Jan  1 12:00:00 alpine daemon.info crond[123]: crond (busybox 1.36.1) started, log level 8",
  ]
}

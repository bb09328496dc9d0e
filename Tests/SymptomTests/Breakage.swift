import Kernel
import Machines
import Testing

/// One thing that is wrong with a machine on which everything else is right.
struct Breakage: CustomTestStringConvertible, Sendable {
  /// The symptom that it has to be told as.
  var symptom: String
  /// What tells it from others with the same symptom.
  var title: String
  /// Whether the machine works all the same, so that it is no more than worth knowing.
  var isNote = false
  var fixture = "done"
  /// What else is set up before, and asked, where it is not what everybody has.
  var use: Use?
  /// A plugin with its settings.
  struct Use: Sendable {
    var plugin: String
    var settings: [String]
    /// What has to be there, or otherwise than on a fresh machine.
    var prepare: @Sendable (Clinic) throws -> Void = { _ in }
  }

  /// Makes it so.
  var make: @Sendable (Clinic) throws -> Void

  var testDescription: String { "\(symptom): \(title)" }

  private static let both: [MachinePath] = ["/etc/subuid", "/etc/subgid"]

  private static func ids(_ symptom: String, _ title: String, _ text: String) -> Breakage {
    Breakage(symptom: symptom, title: title) { clinic in
      for path in both { try clinic.write(text, to: path) }
    }
  }

  static let all: [Breakage] =
    identifiers + programs + kernel + storage + packages + processes + uses + [
      Breakage(symptom: "runtime-dir", title: "it belongs to root") {
        try $0.makeDirectory("/run/user/1000", mode: 0o700)
      },
      Breakage(symptom: "runtime-dir", title: "everybody may look into it") {
        try $0.makeDirectory("/run/user/1000", mode: 0o755, owner: 1000)
      },
    ]

  private static let identifiers: [Breakage] = [
    ids("no-subids", "no line", ""),
    Breakage(symptom: "no-subids", title: "a line in one of the files") {
      try $0.write("", to: "/etc/subgid")
    },
    ids("few-ids", "fewer than an image needs", "admin:100000:1000\n"),
    Breakage(symptom: "few-ids", title: "a pause process from before") { clinic in
      try clinic.makeDirectory("/tmp/podman-run-1000", mode: 0o700, owner: 1000)
      try clinic.write("4242", to: "/tmp/podman-run-1000/libpod/tmp/pause.pid", owner: 1000)
      try clinic.makeDirectory("/proc/4242", mode: 0o555, owner: 1000)
      for file in ["uid_map", "gid_map"] {
        try clinic.write(
          "         0       1000          1\n", to: MachinePath("/proc/4242").appending(file),
          owner: 1000)
      }
    },
    ids("repeated-subids", "the line stands twice", "admin:100000:65536\nadmin:100000:65536\n"),
    ids("repeated-subids", "ranges overlap", "admin:100000:65536\nadmin:120000:65536\n"),
    ids("unread-subids", "a carriage return", "admin:100000:65536\r\n"),
    ids("unread-subids", "a blank behind", "admin:100000:65536 \n"),
    ids("unread-subids", "a zero in front", "admin:0100000:65536\n"),
    ids("own-id", "it begins with it", "admin:1000:65536\n"),
    ids("malformed-subids", "a field is missing", "admin:100000:65536\nbob:200000\n"),
    ids("malformed-subids", "no number", "oops:x:y\nadmin:100000:65536\n"),
  ]

  private static let programs: [Breakage] = [
    Breakage(symptom: "no-newuidmap", title: "the package is not there") {
      try $0.uninstall("shadow-subids", files: "/usr/bin/newuidmap", "/usr/bin/newgidmap")
    },
    Breakage(symptom: "powerless-newuidmap", title: "no set-user-id bit") { clinic in
      for path: MachinePath in ["/usr/bin/newuidmap", "/usr/bin/newgidmap"] {
        try clinic.machine.put(
          .file(try clinic.machine.read(path) ?? [], .init(mode: 0o755)), at: path, origin: nil)
      }
    },
    Breakage(symptom: "powerless-newuidmap", title: "/usr is mounted nosuid") { clinic in
      try clinic.edit("/proc/self/mountinfo") {
        $0 + "40 21 8:4 / /usr rw,nosuid,relatime shared:20 - ext4 /dev/sda4 rw\n"
      }
    },
  ]

  private static let kernel: [Breakage] = [
    Breakage(symptom: "private-mounts", title: "as the kernel begins") { clinic in
      try clinic.edit("/proc/self/mountinfo") { $0.replacing(" shared:1 ", with: " ") }
    },
    Breakage(symptom: "no-cgroup2", title: "the service is in no runlevel") { clinic in
      clinic.machine.mount(FileSystemKind(name: "sysfs"), at: "/sys/fs/cgroup")
      try clinic.edit("/proc/self/mountinfo") { text in
        text.split(separator: "\n").filter { !$0.contains("cgroup2") }.joined(separator: "\n")
          + "\n"
      }
      for path: MachinePath in [
        "/etc/runlevels/default/cgroups", "/run/openrc/started/cgroups",
        "/sys/fs/cgroup/cgroup.controllers", "/sys/fs/cgroup/cgroup.subtree_control",
      ] { try clinic.remove(path) }
    },
    Breakage(symptom: "no-controller", title: "memory is not handed down") {
      try $0.write("cpuset cpu io pids\n", to: "/sys/fs/cgroup/cgroup.subtree_control")
    },
    Breakage(symptom: "no-tun", title: "the module is not loaded") { clinic in
      try clinic.edit("/proc/modules") { $0.replacing("tun 69632", with: "dummy 69632") }
      try clinic.edit("/proc/misc") { $0.replacing("200 tun\n", with: "") }
      try clinic.write("fuse\n", to: "/etc/modules-load.d/alpod.conf")
      for path: MachinePath in ["/sys/module/tun", "/dev/net/tun"] { try clinic.remove(path) }
    },
    Breakage(symptom: "closed-tun", title: "the mode that the kernel gives") { clinic in
      let status = try #require(try clinic.machine.status("/dev/net/tun"))
      try clinic.machine.put(
        .device(
          FileStatus(
            kind: .characterDevice, mode: 0o600, owner: 0, group: 0, device: status.device)),
        at: "/dev/net/tun", origin: nil)
    },
    Breakage(symptom: "other-kernel", title: "upgraded and not booted since") { clinic in
      for name in try clinic.machine.list("/lib/modules") ?? [] {
        for file in try clinic.machine.list(MachinePath("/lib/modules").appending(name)) ?? [] {
          try clinic.remove(MachinePath("/lib/modules").appending(name).appending(file))
        }
        try clinic.remove(MachinePath("/lib/modules").appending(name))
      }
      try clinic.edit("/proc/modules") { text in
        text.split(separator: "\n").filter { !$0.hasPrefix("tun ") }.joined(separator: "\n") + "\n"
      }
      try clinic.edit("/proc/misc") { $0.replacing("200 tun\n", with: "") }
      for path: MachinePath in ["/sys/module/tun", "/dev/net/tun"] { try clinic.remove(path) }
    },
    Breakage(symptom: "no-openrc", title: "something else booted it", isNote: true) { clinic in
      try clinic.remove("/run/openrc/softlevel")
      clinic.machine.mount(FileSystemKind(name: "sysfs"), at: "/sys/fs/cgroup")
    },
  ]

  private static let storage: [Breakage] = [
    Breakage(symptom: "other-driver", title: "root's was begun with vfs") { clinic in
      try clinic.makeDirectory("/var/lib/containers/storage/vfs", mode: 0o700)
      try clinic.write("[]", to: "/var/lib/containers/storage/vfs-images/images.json")
    },
    Breakage(symptom: "no-overlay", title: "the storage lies on an overlay") {
      $0.machine.mount(FileSystemKind(name: "overlay"), at: "/var/lib")
    },
    Breakage(symptom: "roots-storage", title: "a copy of the system's file") {
      try $0.write(
        "[storage]\ndriver = \"overlay\"\ngraphroot = \"/var/lib/containers/storage\"\n",
        to: "/home/admin/.config/containers/storage.conf", owner: 1000)
    },
    Breakage(symptom: "closed-directory", title: "a home in a closed directory") {
      try $0.makeDirectory("/home", mode: 0o700)
    },
    Breakage(symptom: "malformed-settings", title: "a bracket is missing, in a user's file") {
      try $0.write(
        "[storage\n", to: "/home/admin/.config/containers/storage.conf", owner: 1000)
    },
    Breakage(symptom: "malformed-settings", title: "no quotes, in another of a user's") {
      try $0.write(
        "[engine]\nruntime = crun\n", to: "/home/admin/.config/containers/containers.conf",
        owner: 1000)
    },
    Breakage(symptom: "malformed-settings", title: "in the system's") {
      try $0.edit("/etc/containers/storage.conf") { $0 + "[storage\n" }
    },
    Breakage(symptom: "no-home", title: "the user was made without one") { clinic in
      for path in try clinic.machine.tree("/home/admin") ?? [] {
        try clinic.remove(MachinePath("/home/admin").appending(path.path))
      }
      try clinic.remove("/home/admin")
    },
    Breakage(symptom: "no-home", title: "it is root's") {
      try $0.makeDirectory("/home/admin", mode: 0o755)
    },
    Breakage(symptom: "no-limits", title: "a container with a limit of memory", isNote: true) {
      let store = "/home/admin/.local/share/containers/storage"
      let id = String(repeating: "a1", count: 32)
      try $0.makeDirectory(try MachinePath(store), mode: 0o700, owner: 1000)
      try $0.makeDirectory(try MachinePath(store + "/overlay-images"), mode: 0o700, owner: 1000)
      try $0.write(
        #"[{"id":"\#(id)","names":["web"],"image":"x"}]"#,
        to: try MachinePath(store + "/overlay-containers/containers.json"), owner: 1000)
      try $0.write(
        #"{"linux":{"resources":{"memory":{"limit":67108864}}}}"#,
        to: try MachinePath(store + "/overlay-containers/\(id)/userdata/config.json"),
        owner: 1000)
    },
  ]

  private static let packages: [Breakage] = [
    Breakage(symptom: "no-pasta", title: "passt is not installed") {
      try $0.uninstall("passt", files: "/usr/bin/pasta")
    },
    Breakage(symptom: "no-firewall", title: "nftables is not installed") {
      try $0.uninstall("nftables", files: "/usr/sbin/nft")
    },
    Breakage(symptom: "malformed-world", title: "a comment in world") { clinic in
      try clinic.edit(World.path) { "# what I want\n" + $0 }
    },
    Breakage(symptom: "unselectable", title: "a package that is gone from the repositories") {
      clinic in
      try clinic.edit(World.path) { $0 + "left-behind\n" }
    },
    Breakage(symptom: "pending-configuration", title: "after an upgrade", isNote: true) {
      try $0.write("[storage]\n", to: "/etc/containers/storage.conf.apk-new")
    },
  ]

  /// What a process of the user's, or root's, shows of itself.
  private static func process(
    _ pid: Int, _ commandLine: String, group: UInt32 = 1000, in clinic: Clinic
  ) throws {
    let directory = try MachinePath("/proc/\(pid)")
    try clinic.machine.put(
      .directory(.init(mode: 0o555, owner: 1000, group: group)), at: directory, origin: nil)
    try clinic.write(commandLine, to: directory.appending("cmdline"), owner: 1000)
  }

  private static let processes: [Breakage] = [
    Breakage(symptom: "other-group", title: "a shell of newgrp", isNote: true) {
      // One in a container, whose group is a subordinate id, is as it should be.
      try process(4710, "sh\0", group: 100_041, in: $0)
      try process(4711, "-ash\0", group: 27, in: $0)
    },
    Breakage(symptom: "slow-keep-id", title: "files are given other owners", isNote: true) {
      try process(
        4712, "storage-chown-by-maps\0/home/admin/.local/share/containers/storage/vfs/dir/1f\0",
        in: $0)
    },
    Breakage(symptom: "locked-database", title: "apk is at work", isNote: true) { clinic in
      try clinic.write(
        """
        1: POSIX  ADVISORY  WRITE 301 00:19:644 0 EOF
        2: FLOCK  ADVISORY  WRITE 4713 08:02:131094 0 EOF

        """, to: "/proc/locks")
      try clinic.write("crond\n", to: "/proc/301/comm")
      try clinic.write("apk\n", to: "/proc/4713/comm")
    },
    Breakage(
      symptom: "old-keep-id", title: "every container is to keep the user's id",
      fixture: "podman-4.2"
    ) {
      try $0.write(
        "[containers]\nuserns = \"keep-id:uid=1000,gid=1000\"\n",
        to: "/etc/containers/containers.conf")
    },
    Breakage(
      symptom: "old-keep-id", title: "every container of the user's", fixture: "podman-4.2"
    ) {
      try $0.write(
        "[containers]\n# mine\n  userns='keep-id:uid=0'\n",
        to: "/home/admin/.config/containers/containers.conf", owner: 1000)
    },
    Breakage(symptom: "distrobox-failed", title: "a package that could not be fetched") {
      try box("box", log: ["container_setup_done", "Error: An error occurred"], in: $0)
    },
  ]

  /// A container of distrobox, with what its set-up printed.
  private static func box(_ name: String, log: [String], in clinic: Clinic) throws {
    let store = "/home/admin/.local/share/containers/storage"
    let id = String(repeating: "b2", count: 32)
    for path in [store, store + "/overlay-images"] {
      try clinic.makeDirectory(try MachinePath(path), mode: 0o700, owner: 1000)
    }
    let files = [
      "containers.json": #"[{"id":"\#(id)","names":["\#(name)"],"image":"x"}]"#,
      "\(id)/userdata/config.json":
        #"{"mounts":[{"destination":"/usr/bin/entrypoint","source":"/usr/bin/distrobox-init"}]}"#,
      "\(id)/userdata/ctr.log": log.map { "2026-01-04T10:00:00.000000000+00:00 stderr F \($0)\n" }
        .joined(),
    ]
    for (file, text) in files {
      try clinic.write(
        text, to: try MachinePath(store + "/overlay-containers/" + file), owner: 1000)
    }
  }

  /// A container of distrobox that began anew, and was ready then.
  static func mended(_ clinic: Clinic) throws {
    try box("box", log: ["Error: An error occurred", "container_setup_done"], in: clinic)
  }

  private static let uses: [Breakage] = [
    Breakage(
      symptom: "low-port", title: "the kernel's own choice",
      use: Use(plugin: "ports", settings: ["lowest=80"])
    ) {
      try $0.write("1024\n", to: "/proc/sys/net/ipv4/ip_unprivileged_port_start")
    },
    Breakage(
      symptom: "not-at-boot", title: "its service is in no runlevel",
      use: Use(
        plugin: "container",
        settings: [
          "name=web", "image=docker.io/library/nginx:1.27", "ports=8080:80", "ports=8443:443",
          "environment=MODE=two words", "restart=always",
        ])
    ) {
      try $0.remove("/etc/runlevels/default/alpod-container.web")
    },
    Breakage(
      symptom: "foreign-owner", title: "what a container without keep-id made",
      use: Use(
        plugin: "shared-dir",
        settings: [
          "user=admin", "name=dev", "image=localhost/dev", "directory=/home/admin/dev", "uid=1000",
          "ports=1122:1122",
        ], prepare: { try $0.makeDirectory("/home/admin/dev", owner: 1000) })
    ) {
      try $0.write("", to: "/home/admin/dev/notes", owner: 100_999)
    },
    Breakage(
      symptom: "no-forwarding", title: "as Alpine ships it", isNote: true,
      use: Use(
        plugin: "socket", settings: ["user=admin"],
        prepare: { try $0.write("AllowTcpForwarding local\n", to: "/etc/ssh/sshd_config") })
    ) {
      try $0.write("Port 22\nAllowTcpForwarding no\n", to: "/etc/ssh/sshd_config")
    },
  ]
}

import Kernel
import Machines

/// A machine of a few files, for tests that are about one call: Alpine 3.20 with OpenRC booted, a user admin, no podman.
/// A test changes what it is about and nothing else.
public struct SmallMachine: Sendable {
  public var files: [MachinePath: PathState] = [:]
  /// Types of file systems by path, as statfs names them.
  public var fileSystems: [MachinePath: String] = [:]
  public var isOffline = false

  /// One without a single file.
  public static let empty = SmallMachine(files: [:])

  private init(files: [MachinePath: PathState]) { self.files = files }

  public init() {
    fileSystems = ["/": "ext4", "/sys/fs/cgroup": "sysfs"]
    set("/etc/alpine-release", "3.20.3\n")
    set(
      "/etc/passwd",
      """
      root:x:0:0:root:/root:/bin/sh
      nobody:x:65534:65534:nobody:/:/sbin/nologin
      admin:x:1000:1000:Admin:/home/admin:/bin/sh
      bob:x:1001:1001:Bob:/home/bob:/bin/sh

      """)
    set("/etc/group", "root:x:0:root\nwheel:x:10:root,admin\nadmin:x:1000:\nbob:x:1001:\n")
    install("openrc", "0.54-r1")
    for runlevel in ["sysinit", "boot", "default", "shutdown"] {
      files[MachinePath("/etc/runlevels").appending(runlevel)] = .folder()
    }
    for service in ["cgroups", "modules", "local", "sshd"] {
      set(.initScript(service), "#!/sbin/openrc-run\n", mode: 0o755)
    }
    enable("modules", in: "boot")
    set("/run/openrc/softlevel", "default\n")
    set("/run/openrc/started/.keep", "")
    set("/proc/sys/kernel/osrelease", "6.6.49-0-lts\n")
    set("/proc/modules", "ext4 1032192 2 - Live 0x0000000000000000\n")
    set("/proc/misc", "183 hw_random\n")
    set(
      "/proc/self/mountinfo",
      """
      21 1 8:3 / / rw,relatime - ext4 /dev/sda3 rw
      24 21 0:21 / /sys rw,relatime - sysfs sysfs rw
      27 21 0:24 / /run rw,relatime - tmpfs tmpfs rw

      """)
    set("/lib/modules/6.6.49-0-lts/modules.builtin", "kernel/net/unix/unix.ko\n")
    set("/sys/fs/cgroup/.keep", "")
    set(
      "/etc/apk/repositories",
      "http://mirror.example/alpine/v3.20/main\n#http://mirror.example/alpine/v3.20/community\n")
  }

  public mutating func set(_ path: MachinePath, _ text: String, mode: UInt16 = 0o644) {
    files[path] = .text(text, mode: mode)
  }

  /// Adds a package to the database, and to world unless it came by itself.
  public mutating func install(
    _ name: String, _ version: String = "1-r0", inWorld: Bool = true, provides: String? = nil,
    broken: String? = nil
  ) {
    var record = "P:\(name)\nV:\(version)\n"
    if let provides { record += "p:\(provides)\n" }
    if let broken { record += "f:\(broken)\n" }
    append("/lib/apk/db/installed", record + "\n")
    if inWorld { append(World.path, name + "\n") }
  }

  public mutating func append(_ path: MachinePath, _ text: String) {
    set(path, (self.text(path) ?? "") + text)
  }

  public func text(_ path: MachinePath) -> String? {
    files[path]?.content.map { String(decoding: $0, as: UTF8.self) }
  }

  public mutating func enable(_ service: String, in runlevel: String) {
    files[.runlevelLink(service, runlevel)] = .link(
      target: MachinePath.initScript(service).text)
  }

  /// A living pause process of a user, with these maps.
  public mutating func addPauseProcess(
    of uid: UInt32 = 1000, pid: Int = 2314, uidMap: String, gidMap: String? = nil
  ) {
    let access = PathState.Access(mode: 0o644, owner: uid, group: uid)
    let note = MachinePath(trusted: "/run/user/\(uid)/libpod/tmp/pause.pid")
    files[note] = .file(content: Array("\(pid)".utf8), access: access)
    let process = MachinePath(trusted: "/proc/\(pid)")
    files[process] = .directory(access)
    files[process.appending("uid_map")] = .file(content: Array(uidMap.utf8), access: access)
    files[process.appending("gid_map")] = .file(
      content: Array((gidMap ?? uidMap).utf8), access: access)
  }

  /// A process of a user, with the words of its command line, each ended by a NUL.
  public mutating func addProcess(_ pid: Int, owner: UInt32, _ commandLine: String) {
    let access = PathState.Access(mode: 0o444, owner: owner, group: owner)
    let process = MachinePath(trusted: "/proc/\(pid)")
    files[process] = .directory(access)
    files[process.appending("cmdline")] = .file(content: Array(commandLine.utf8), access: access)
  }

  /// The machine, to be looked at and planned on.
  public func machine() throws -> ModelMachine {
    let model = ModelMachine(over: nil, isOffline: isOffline)
    try model.put(.directory(.init(mode: 0o755)), at: .root, origin: nil)
    for (path, state) in files.sorted(by: { $0.key < $1.key }) {
      try model.put(Node(state), at: path, origin: nil)
    }
    for (path, kind) in fileSystems { model.mount(FileSystemKind(name: kind), at: path) }
    return model
  }
}

extension PathState {
  public static func text(_ text: String, mode: UInt16 = 0o644) -> PathState {
    .file(content: Array(text.utf8), access: .init(mode: mode))
  }

  public static func folder(_ mode: UInt16 = 0o755) -> PathState { .directory(.init(mode: mode)) }
}

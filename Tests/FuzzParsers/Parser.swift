import Foundation
import Kernel
import Machines
import Planning
import PluginKit
import ScriptKit
import Values

/// Everything that makes sense of bytes that somebody else has written: what a script says, and the files of a machine.
///
/// Whatever the bytes are, each gives a value or an error: none of them traps, and none takes more memory than the bytes
/// call for.
public enum Parser: String, CaseIterable, Sendable {
  case frame, world, installed, repositories, subids, accounts, storage, store, settings, kernel,
    fixture, journal,
    plan

  /// Where several files are read, their contents stand one behind the other with this between.
  public static let separator: UInt8 = 0xff

  /// Has the bytes read, and looks at all that comes of it.
  public func read(_ bytes: [UInt8]) {
    switch self {
    case .frame: _ = try? FrameDecoder.decode(bytes)
    case .world: readWorld(bytes)
    case .installed: readInstalled(bytes)
    case .repositories: readRepositories(bytes)
    case .subids: readSubordinateIDs(bytes)
    case .accounts: readAccounts(bytes)
    case .storage: readStorage(bytes)
    case .store: readStore(bytes)
    case .settings: readSettings(bytes)
    case .kernel: readKernel(bytes)
    case .fixture: readFixture(bytes)
    case .journal: readJournal(bytes)
    case .plan: _ = try? SavedPlan(bytes).encoded()
    }
  }

  // MARK: Machines

  /// A machine that has these files alone, a user admin among them unless they say who there is.
  private func machine(
    _ files: [(MachinePath, [UInt8])], owner: UInt32 = 0,
    fileSystems: [MachinePath: FileSystemKind] = [:]
  ) -> ModelMachine {
    let machine = ModelMachine(over: nil)
    let standard: [(MachinePath, [UInt8])] = [
      (
        "/etc/passwd",
        Array("root:x:0:0:root:/root:/bin/sh\nadmin:x:1000:1000::/home/admin:/bin/sh\n".utf8)
      )
    ]
    for (path, content) in standard + files {
      let access = PathState.Access(mode: 0o644, owner: owner, group: owner)
      try? machine.put(Node(.file(content: content, access: access)), at: path, origin: nil)
    }
    for (path, kind) in fileSystems { machine.mount(kind, at: path) }
    return machine
  }

  private func parts(_ bytes: [UInt8], _ count: Int) -> [[UInt8]] {
    var parts = bytes.split(
      separator: Self.separator, maxSplits: count - 1, omittingEmptySubsequences: false
    ).map(Array.init)
    while parts.count < count { parts.append([]) }
    return parts
  }

  private func readWorld(_ bytes: [UInt8]) {
    guard let world = try? machine([(World.path, bytes)]).fact(World.self) else { return }
    for constraint in world.constraints.prefix(50) {
      let name = World.name(of: constraint)
      _ = (World.tag(of: constraint), World.isName(name), world.constraint(on: name))
      _ = World.takes("1.2.3-r4", constraint)
    }
    _ = World(constraints: world.constraints).text
  }

  private func readInstalled(_ bytes: [UInt8]) {
    let machine = machine([("/lib/apk/db/installed", bytes)])
    guard let packages = try? machine.fact(InstalledPackages.self) else { return }
    let versions = InstalledPackages.parse(bytes).compactMap { packages[$0.name]?.version }
    for (one, other) in zip(versions, versions.dropFirst()) {
      _ = (
        PackageVersion(one) < PackageVersion(other), PackageVersion(one) == PackageVersion(other)
      )
    }
  }

  private func readRepositories(_ bytes: [UInt8]) {
    let parts = parts(bytes, 3)
    let machine = machine([
      ("/etc/apk/repositories", parts[0]), ("/etc/alpine-release", parts[1]),
      ("/etc/os-release", parts[2]),
    ])
    _ = try? machine.fact(Repositories.self)
    _ = try? machine.fact(AlpineRelease.self)
  }

  private func readSubordinateIDs(_ bytes: [UInt8]) {
    let parts = parts(bytes, 4)
    let machine = machine([
      (SubordinateIDs.users, parts[0]), (SubordinateIDs.groups, parts[1]),
      ("/etc/group", parts[2]),
    ])
    guard let admin = try? machine.fact(Accounts.self).user("admin") else { return }
    let ids = parts[3].prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if let maps = try? IDMap.of(admin, on: machine) {
      for map in [maps.users, maps.groups, IDMap(lines: PauseProcess.parse(parts[3]))] {
        for id in [0, 1, ids, .max] as [UInt32] {
          _ = (map.inside(id), map.outside(id), map.count)
          let kept = map.keepingID(as: id)
          _ = (kept.outside(id), kept.count)
        }
      }
    }
    for identity in [nil, (ids, ids)] as [(uid: UInt32, gid: UInt32)?] {
      _ = try? IDMapPicture(
        of: admin, keepingAs: identity,
        image: ("image", machine.fact(Accounts.self)), on: machine)
    }
  }

  private func readAccounts(_ bytes: [UInt8]) {
    let parts = parts(bytes, 2)
    let machine = machine([("/etc/passwd", parts[0]), ("/etc/group", parts[1])])
    guard let accounts = try? machine.fact(Accounts.self) else { return }
    for user in accounts.users.prefix(50) {
      _ = (accounts.groupIDs(of: user), accounts.user(uid: user.uid))
      _ = try? UserFiles(user, on: machine)
      _ = try? PauseProcess.find(user, on: machine)
    }
  }

  private func readStorage(_ bytes: [UInt8]) {
    let parts = parts(bytes, 3)
    let machine = machine(
      [
        ("/usr/share/containers/storage.conf", parts[0]),
        ("/etc/containers/storage.conf", parts[1]),
        ("/home/admin/.config/containers/storage.conf", parts[2]),
      ], owner: 1000)
    let admin = try? machine.fact(Accounts.self).user("admin")
    _ = try? StorageSettings.of(admin, on: machine)
    _ = try? StorageSettings.of(nil, on: machine)
  }

  private func readStore(_ bytes: [UInt8]) {
    let parts = parts(bytes, 6)
    let store = "/var/lib/containers/storage"
    let id = String(repeating: "a", count: 64)
    let machine = machine([
      (MachinePath(trusted: "\(store)/overlay-containers/containers.json"), parts[0]),
      (MachinePath(trusted: "\(store)/overlay-images/images.json"), parts[1]),
      (MachinePath(trusted: "\(store)/overlay-layers/layers.json"), parts[2]),
      (MachinePath(trusted: "\(store)/overlay-containers/\(id)/userdata/config.json"), parts[3]),
      (MachinePath(trusted: "\(store)/overlay-images/\(id)/manifest"), parts[4]),
      (MachinePath(trusted: "\(store)/overlay/\(id)/diff/etc/passwd"), parts[5]),
    ])
    guard let found = try? ContainerStore.of(nil, on: machine) else { return }
    for image in found.images.prefix(50) {
      _ = try? found.configuration(of: image, on: machine)
      _ = try? found.accounts(of: image, on: machine)
    }
    for container in found.containers.prefix(50) { _ = found.image(container.image) }
  }

  private func readSettings(_ bytes: [UInt8]) {
    let parts = parts(bytes, 4)
    let machine = machine(
      [
        ("/etc/rc.conf", parts[0]), ("/etc/lbu/lbu.conf", parts[1]),
        ("/etc/apk/protected_paths.d/lbu.list", parts[2]), ("/etc/sysctl.conf", parts[3]),
      ], fileSystems: ["/": .tmpfs, "/sys/fs/cgroup": .cgroup2])
    _ = try? machine.fact(Cgroups.self)
    _ = try? machine.fact(LocalBackup.self)
    _ = try? machine.fact(BootSettings.self)
    for line in parts[3].lines {
      if let (key, _) = BootSettings.parse(line) { _ = (key.name, key.file) }
    }
  }

  private func readKernel(_ bytes: [UInt8]) {
    let parts = parts(bytes, 6)
    let machine = machine([
      ("/proc/self/mountinfo", parts[0]), ("/etc/fstab", parts[1]), ("/proc/modules", parts[2]),
      ("/etc/modules", parts[3]), ("/proc/sys/kernel/osrelease", parts[4]),
      ("/lib/modules/6.6/modules.builtin", parts[5]),
    ])
    _ = try? machine.fact(Mounts.self)
    _ = try? machine.fact(KernelModules.self)
    _ = try? machine.fact(OpenRC.self)
    _ = try? machine.fact(Surroundings.self)
    for line in parts[0].lines { _ = Mounts.unescape(line) }
  }

  private func readFixture(_ bytes: [UInt8]) {
    // The table of a fixture comes from a script, in a frame.
    guard case .table(let table)? = try? FrameDecoder.decode([UInt8(ascii: "T")] + bytes),
      let machine = try? FixtureLoader(starter: ScriptStarter()).machine(table, named: "fuzz")
    else { return }
    for path in ["/", "/etc", "/etc/passwd"] as [MachinePath] {
      _ = try? machine.status(path)
      _ = try? machine.read(path)
      _ = try? machine.list(path)
    }
    _ = try? machine.fact(World.self)
    _ = try? machine.fact(InstalledPackages.self)
  }

  // MARK: What alpod wrote itself

  /// Each line gets the checksum that makes it one of alpod's, but for the last one if it is not ended.
  private func readJournal(_ bytes: [UInt8]) {
    guard let place = Self.place else { return }
    var journal: [UInt8] = []
    let parts = parts(bytes, 2)
    for line in parts[0].lines {
      let digits = String(CRC32.of(line), radix: 16)
      journal += Array((String(repeating: "0", count: 8 - digits.count) + digits + " ").utf8)
      journal += line + [UInt8(ascii: "\n")]
    }
    if parts[0].last != UInt8(ascii: "\n") { journal.removeLast(min(2, journal.count)) }
    let run = "\(place)/var/lib/alpod/runs/000001"
    try? Data(journal).write(to: URL(filePath: run + "/journal"))
    try? Data(parts[1]).write(to: URL(filePath: run + "/images"))
    guard let root = try? Root(place) else { return }
    let store = RunStore(root)
    _ = try? store.lastCutOff()
    _ = try? store.read(1)
  }

  /// A machine's directory with room for one run, for this process.
  private static let place: String? = {
    let place = FileManager.default.temporaryDirectory.appending(
      path: "alpod-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    ).path
    do {
      try FileManager.default.createDirectory(
        atPath: place + "/var/lib/alpod/runs/000001", withIntermediateDirectories: true)
    } catch { return nil }
    atexit {
      try? FileManager.default.removeItem(
        atPath: FileManager.default.temporaryDirectory.appending(
          path: "alpod-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        ).path)
    }
    return place
  }()
}

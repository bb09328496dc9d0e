public import Kernel

/// Where podman keeps images and containers, and with which driver, as its files say (containers-storage.conf(5)).
public struct StorageSettings: Hashable, Sendable {
  /// What is asked for; nil when podman chooses.
  public let driver: String?
  public let graphRoot: MachinePath
  /// The program that mounts overlays; nil for the kernel.
  public let mountProgram: String?
  /// The file that counts; nil when there is none. From Podman 6 on it is the last of those that do.
  public let file: MachinePath?

  static let rootful: MachinePath = "/var/lib/containers/storage"

  /// What holds for root, or for a user.
  public static func of(_ user: Accounts.User?, on machine: ModelMachine) throws(ReadFailure)
    -> Self
  {
    let podman = try machine.fact(InstalledPackages.self)["podman"]?.version
    let isLayered = podman.map { PackageVersion($0) >= PackageVersion("6") } ?? false
    var sources = try system(isLayered: isLayered, user, machine)
    var isOwn = false
    if let user, let files = try UserFiles(user, on: machine) {
      for path in try own(files, user, isLayered: isLayered, machine) {
        guard let content = try machine.readOwned(path, by: user.uid) else { continue }
        // Before Podman 6 a file of the user's own takes the place of all others.
        if !isLayered { sources = [] }
        sources.append((path, SettingsFile(content)))
        isOwn = true
      }
    }
    var settings = SettingsFile([])
    for source in sources { settings.add(source.1) }
    return try make(settings, user, isOwn: isOwn, file: sources.last?.0, machine)
  }

  private static func system(
    isLayered: Bool, _ user: Accounts.User?, _ machine: ModelMachine
  ) throws(ReadFailure) -> [(MachinePath, SettingsFile)] {
    let files: [MachinePath] = [
      "/usr/share/containers/storage.conf", "/etc/containers/storage.conf",
    ]
    var found: [(MachinePath, SettingsFile)] = []
    for path in files {
      guard let content = try machine.read(path) else { continue }
      if !isLayered { found = [] }
      found.append((path, SettingsFile(content)))
    }
    guard isLayered else { return found }
    let kinds =
      user.map {
        ["storage.conf.d", "storage.rootless.conf.d", "storage.rootless.conf.d/\($0.uid)"]
      }
      ?? ["storage.conf.d", "storage.rootful.conf.d"]
    for base in ["/usr/share/containers", "/etc/containers"] {
      for kind in kinds {
        let directory = MachinePath(trusted: "\(base)/\(kind)")
        for name in try machine.list(directory) ?? [] where name.hasSuffix(".conf") {
          let path = directory.appending(name)
          if let content = try machine.read(path) { found.append((path, SettingsFile(content))) }
        }
      }
    }
    return found
  }

  private static func own(
    _ files: UserFiles, _ user: Accounts.User, isLayered: Bool, _ machine: ModelMachine
  ) throws(ReadFailure) -> [MachinePath] {
    let file = files.at("/.config/containers/storage.conf")
    guard isLayered else { return [file] }
    let directory = files.at("/.config/containers/storage.conf.d")
    let names = try machine.listOwned(directory, by: user.uid) ?? []
    return [file] + names.filter { $0.hasSuffix(".conf") }.map { directory.appending($0) }
  }

  /// Of the system's files a user heeds the driver and `rootless_storage_path` alone.
  private static func make(
    _ settings: SettingsFile, _ user: Accounts.User?, isOwn: Bool, file: MachinePath?,
    _ machine: ModelMachine
  ) throws(ReadFailure) -> Self {
    let values = settings.values
    let driver = values["storage.driver"].flatMap { $0.isEmpty ? nil : $0 }
    let program = values["storage.options.overlay.mount_program"]
      .flatMap { $0.isEmpty ? nil : $0 }
    guard let user else {
      let root = values["storage.graphroot"].flatMap { try? MachinePath($0) } ?? rootful
      return Self(driver: driver, graphRoot: root, mountProgram: program, file: file)
    }
    let asked =
      (isOwn ? values["storage.graphroot"] : nil) ?? values["storage.rootless_storage_path"]
    let expanded = asked.flatMap { $0.isEmpty ? nil : expand($0, user) }
    let home = try UserFiles(user, on: machine)
    let fallback =
      home?.at("/.local/share/containers/storage") ?? MachinePath(trusted: "/nonexistent")
    let known = driver.map { isOwn || ["overlay", "btrfs", "vfs"].contains($0) } ?? false
    return Self(
      driver: known ? driver : nil,
      // A user may name any place, and of what is there the user's own alone is read: so it is with where links lead.
      graphRoot: try machine.resolved(expanded ?? fallback),
      mountProgram: program, file: file)
  }

  private static func expand(_ path: String, _ user: Accounts.User) -> MachinePath? {
    var text = ""
    var rest = path[...]
    let variables = ["HOME": user.home, "UID": String(user.uid), "USER": user.name]
    while let mark = rest.firstIndex(of: "$") {
      text += rest[..<mark]
      rest = rest[rest.index(after: mark)...]
      let name = rest.drop { $0 == "{" }.prefix { $0.isLetter || $0 == "_" }
      guard let value = variables[String(name)] else { return nil }
      text += value
      rest = rest[name.endIndex...]
      if rest.first == "}" { rest.removeFirst() }
    }
    return try? MachinePath(text + rest)
  }
}

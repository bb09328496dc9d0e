internal import Kernel
internal import Machines

/// What an apk that was killed leaves: it writes its database last, so files lie about that no package owns, or packages
/// are in it whose files are gone.
struct PackageRemains {
  let root: Root

  init(_ root: Root) { self.root = root }

  /// Where packages put programs and data, and people nothing (Filesystem Hierarchy Standard).
  private static let territory: [MachinePath] = ["/bin", "/lib", "/sbin", "/usr"]
  /// What apk and the kernel's tools write there without any package owning it.
  private static let others: [MachinePath] = [
    "/usr/local", "/lib/apk", "/usr/lib/apk", "/lib/modules", "/usr/lib/modules",
  ]
  private static let everywhere: [MachinePath] = ["/", "/etc", "/var", "/opt", "/srv", "/boot"]

  struct Found {
    /// Half-written files: ".apk." and 48 hexadecimal digits (apk-tools src/database.c, format_tmpname).
    var temporaries: [MachinePath] = []
    /// Files that no package owns and that came since as apk leaves them: with the time of the package. What somebody writes
    /// has that of the writing.
    var strays: [MachinePath] = []

    var isEmpty: Bool { temporaries.isEmpty && strays.isEmpty }
  }

  /// - Parameter start: seconds since 1970.
  func find(since start: Int) throws(ReadFailure) -> Found {
    let owned = try owned().files
    var found = Found()
    for directory in Self.territory { walk(directory, owned, start, &found) }
    for directory in Self.everywhere {
      walk(directory, owned, start, &found, onlyTemporaries: true)
    }
    return found
  }

  private func walk(
    _ directory: MachinePath, _ owned: Set<MachinePath>, _ start: Int, _ found: inout Found,
    onlyTemporaries: Bool = false
  ) {
    for name in (try? root.list(directory)) ?? [] {
      let path = directory.appending(name)
      if Self.territory.contains(path) || Self.others.contains(path) { continue }
      guard let status = try? root.status(path) else { continue }
      if Self.isTemporary(name), status.kind != .directory {
        found.temporaries.append(path)
      } else if status.kind == .directory {
        // Of the rest of the machine the directories that packages put files in, and not everybody's own.
        if !onlyTemporaries || path.isInside("/etc") || path.isInside("/var/lib") {
          walk(path, owned, start, &found, onlyTemporaries: onlyTemporaries)
        }
      } else if !onlyTemporaries, !owned.contains(path),
        let changed = try? root.changeTime(path), changed / 1_000_000_000 >= start,
        let written = try? root.contentTime(path), written / 1_000_000_000 < start
      {
        found.strays.append(path)
      }
    }
  }

  private static func isTemporary(_ name: String) -> Bool {
    guard name.hasPrefix(".apk."), name.utf8.count > 12 else { return false }
    return name.utf8.dropFirst(5).allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
  }

  /// Packages of which a file is gone.
  func incomplete(among names: Set<String>) throws(ReadFailure) -> [String] {
    var found: Set<String> = []
    try eachFile { package, path in
      if names.contains(package), !found.contains(package), (try? root.status(path)) == .some(nil) {
        found.insert(package)
      }
    }
    return found.sorted()
  }

  /// The files of packages.
  func files(of names: Set<String>) throws(ReadFailure) -> [(package: String, path: MachinePath)] {
    var found: [(package: String, path: MachinePath)] = []
    try eachFile { if names.contains($0) { found.append(($0, $1)) } }
    return found
  }

  /// What apk laid beside protected files that were there before their packages (".apk-new").
  func unused(_ files: [(package: String, path: MachinePath)])
    -> [(package: String, path: MachinePath, new: MachinePath)]
  {
    files.compactMap { package, path in
      let beside = path.parent.appending("\(path.name).apk-new")
      guard path.isInside("/etc"), (try? root.status(beside)) ?? nil != nil else { return nil }
      return (package, path, beside)
    }
  }

  /// Those of the files that are there still and that no package has any more.
  func ownerless(_ files: [(package: String, path: MachinePath)]) throws(ReadFailure)
    -> [(package: String, path: MachinePath)]
  {
    let there = files.filter { ((try? root.status($0.path)) ?? nil) != nil }
    if there.isEmpty { return [] }
    let owned = try owned().files
    return there.filter { !owned.contains($0.path) }
  }

  func remove(_ paths: [MachinePath]) { for path in paths { try? root.remove(path) } }

  /// What packages have brought.
  struct Owned {
    var files: Set<MachinePath> = []
    /// With what packages give them.
    var directories: [MachinePath: PathState.Access] = [:]
  }

  func owned() throws(ReadFailure) -> Owned {
    var owned = Owned()
    Self.eachPath(
      in: try LiveMachine(root).read(InstalledPackages.path) ?? [],
      directory: { owned.directories[$0] = $1 }, file: { owned.files.insert($1) })
    return owned
  }

  private func eachFile(_ body: (_ package: String, _ path: MachinePath) -> Void)
    throws(ReadFailure)
  {
    Self.eachPath(in: try LiveMachine(root).read(InstalledPackages.path) ?? [], file: body)
  }

  /// `F:` lines name a directory, `M:` lines its owner, group and mode where that is not root's 0755, and `R:` lines the files
  /// in it (apk-v2 installed database).
  static func eachPath(
    in content: [UInt8],
    directory body: (_ path: MachinePath, _ access: PathState.Access) -> Void = { _, _ in },
    file: (_ package: String, _ path: MachinePath) -> Void
  ) {
    var package = "", directory = MachinePath.root
    for line in content.lines where line.count > 2 {
      let value = line.dropFirst(2).text
      if line.starts(with: "P:".utf8) {
        package = value
      } else if line.starts(with: "F:".utf8) {
        directory = (try? MachinePath("/" + value)) ?? .root
        body(directory, .init(mode: 0o755))
      } else if line.starts(with: "M:".utf8) {
        let words = value.split(separator: ":")
        guard words.count >= 3, let owner = UInt32(words[0]), let group = UInt32(words[1]),
          let mode = UInt16(words[2], radix: 8)
        else { continue }
        body(directory, .init(mode: mode, owner: owner, group: group))
      } else if line.starts(with: "R:".utf8) {
        file(package, directory.appending(value))
      }
    }
  }
}

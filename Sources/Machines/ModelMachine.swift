public import Kernel

/// A machine as it will be: another machine, or none, with changes laid over it that were never made.
///
/// Everything a plan is worked out on is one of these. What it has read of the machine below stays as first read, so
/// that one plan sees one state; what it derived from files is kept until a change touches one of them.
public final class ModelMachine: Machine {
  private let base: (any Machine)?
  public let isOffline: Bool

  private var overlay: [MachinePath: Entry] = [:]
  /// Names that the overlay adds to or takes from a directory of the base.
  private var overlaid: [MachinePath: Set<Substring>] = [:]
  /// Places where the base has a link and the overlay something else: nothing is reached through that link any more.
  private var severed: Set<MachinePath> = []
  /// Programs of the overlay that have file capabilities.
  private var capable: Set<MachinePath> = []
  private var fileSystems: [MachinePath: FileSystemKind] = [:]
  /// When what a fixture lays down came to be, where it says so.
  private var changeTimes: [MachinePath: Int64] = [:]

  private var knownStatus: [MachinePath: FileStatus?] = [:]
  private var knownContent: [MachinePath: Content?] = [:]
  private var knownNames: [MachinePath: [String]?] = [:]
  private var knownFileSystems: [MachinePath: FileSystemKind?] = [:]
  var knownTrees: [MachinePath: [TreeEntry]?] = [:]
  var knownTreeDigests: [MachinePath: String?] = [:]
  private var resolved: [MachinePath: MachinePath] = [:]
  /// Packages that bring files nobody here knows.
  private var arrivals: [ChangeReference] = []

  var derived = DerivedFacts()
  /// Paths that could not be read, for whoever shows the plan.
  public private(set) var unreadable: Set<MachinePath> = []

  private struct Entry {
    var node: Node
    var origin: ChangeReference?
  }

  /// - Parameter base: what lies below; nil for a machine without a single file.
  public init(over base: (any Machine)?, isOffline: Bool? = nil) {
    self.base = base
    self.isOffline = isOffline ?? base?.isOffline ?? false
  }

  /// What was read of the machine below so far.
  public var observations: Observations {
    Observations(
      statuses: knownStatus, contents: knownContent.mapValues { $0?.bytes }, names: knownNames,
      fileSystems: knownFileSystems, trees: knownTrees, treeDigests: knownTreeDigests)
  }

  // MARK: Reading

  public func status(_ path: MachinePath) throws(ReadFailure) -> FileStatus? {
    let place = try resolve(path, lastToo: false)
    derived.note(place)
    return try statusInPlace(place)
  }

  public func linkTarget(_ path: MachinePath) throws(ReadFailure) -> String? {
    let place = try resolve(path, lastToo: false)
    derived.note(place)
    return try linkTargetInPlace(place)
  }

  public func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? {
    try content(path)?.bytes
  }

  public func look(_ path: MachinePath) throws(ReadFailure) -> (
    status: FileStatus, content: [UInt8]?
  )? {
    guard let status = try status(path) else { return nil }
    return (status, status.kind == .file ? try read(path) : nil)
  }

  /// The content of a regular file, links followed; nil when there is none. It is shared: never changed through here.
  public func content(_ path: MachinePath) throws(ReadFailure) -> Content? {
    try lookAhead(path)
    let place = try resolve(path, lastToo: true)
    derived.note(place)
    if let entry = overlay[place] {
      switch entry.node {
      case .file(.known(let content), _): return content
      case .file(.arriving, _): throw .notKnownYet(after: entry.origin ?? .start)
      case .absent, .directory, .link, .device: return nil
      }
    }
    if let known = knownContent[place] {
      if known == nil { try refuseIfItMayArrive(place) }
      return known
    }
    do throws(ReadFailure) {
      let content = try base(below: place)?.read(place).map(Content.init)
      knownContent[place] = content
      if content == nil { try refuseIfItMayArrive(place) }
      return content
    } catch {
      throw noting(error)
    }
  }

  /// Learns what is at a path and what is in it by one look, where neither is known: most paths are read once, and
  /// most are no links.
  private func lookAhead(_ path: MachinePath) throws(ReadFailure) {
    if base == nil || isKernels(path) { return }
    let place = try resolve(path, lastToo: false)
    guard overlay[place] == nil, knownStatus[place] == nil, knownContent[place] == nil,
      let base = base(below: place)
    else { return }
    do throws(ReadFailure) {
      guard let found = try base.look(place) else {
        knownStatus[place] = .some(nil)
        knownContent[place] = .some(nil)
        return
      }
      knownStatus[place] = found.status
      if let content = found.content { knownContent[place] = Content(content) }
    } catch {
      throw noting(error)
    }
  }

  public func list(_ path: MachinePath) throws(ReadFailure) -> [String]? {
    let place = try resolve(path, lastToo: true)
    derived.note(place)
    try refuseIfItMayArrive(place)
    if let entry = overlay[place] {
      guard case .directory = entry.node else { return nil }
    }
    let below: [String]?
    if let known = knownNames[place] {
      below = known
    } else {
      do throws(ReadFailure) { below = try base(below: place)?.list(place) } catch {
        throw noting(error)
      }
      knownNames[place] = below
    }
    guard let changed = overlaid[place] else { return below ?? (overlay[place] == nil ? nil : []) }
    var names = Set(below ?? [])
    for name in changed {
      if case .absent = overlay[place.appending(name)]?.node {
        names.remove(String(name))
      } else {
        names.insert(String(name))
      }
    }
    if below == nil && names.isEmpty && overlay[place] == nil { return nil }
    return names.sorted()
  }

  public func fileSystem(_ path: MachinePath) throws(ReadFailure) -> FileSystemKind? {
    derived.note(path)
    var place = path
    while true {
      if let kind = fileSystems[place] { return try status(path) == nil ? nil : kind }
      if place == .root { break }
      place = place.parent
    }
    let kind = try base?.fileSystem(path)
    knownFileSystems[path] = .some(kind)
    // What a change makes lies on what it is made in.
    if kind == nil, path != .root, try status(path) != nil { return try fileSystem(path.parent) }
    return kind
  }

  public func readOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [UInt8]? {
    derived.note(path)
    if let entry = overlay[path] {
      guard case .file(let content, let access) = entry.node, access.owner == owner else {
        return nil
      }
      switch content {
      case .known(let content): return content.bytes
      case .arriving: throw .notKnownYet(after: entry.origin ?? .start)
      }
    }
    do throws(ReadFailure) { return try base?.readOwned(path, by: owner) } catch {
      throw noting(error)
    }
  }

  public func listOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [String]? {
    derived.note(path)
    if overlay[path] != nil || overlaid[path] != nil {
      guard let status = try status(path), status.kind == .directory, status.owner == owner else {
        return nil
      }
      return try list(path)
    }
    do throws(ReadFailure) { return try base?.listOwned(path, by: owner) } catch {
      throw noting(error)
    }
  }

  public func hasCapabilities(_ path: MachinePath) throws(ReadFailure) -> Bool {
    let place = try resolve(path, lastToo: true)
    derived.note(place)
    if overlay[place] != nil { return capable.contains(place) }
    return try asBase(place) { (base) throws(ReadFailure) in try base.hasCapabilities(place) }
      ?? false
  }

  /// A change of the plan comes after everything that was there, and the second of two after the first.
  public func changeTime(_ path: MachinePath) throws(ReadFailure) -> Int64? {
    let place = try resolve(path, lastToo: false)
    derived.note(place)
    if let entry = overlay[place] {
      guard entry.node.status != nil else { return nil }
      return Self.time(of: entry.origin) ?? changeTimes[place] ?? 0
    }
    // A directory changes with each file in it that is put into its place.
    if let changed = overlaid[place] {
      let times = changed.compactMap { Self.time(of: overlay[place.appending($0)]?.origin) }
      if let last = times.max() { return last }
    }
    do throws(ReadFailure) { return try base(below: place)?.changeTime(place) } catch {
      throw noting(error)
    }
  }

  private static func time(of origin: ChangeReference?) -> Int64? {
    origin.map { Int64.max - 1_000_000 + Int64($0.number) }
  }

  /// Whether anything at or below a place is other than in the machine below.
  func isOverlaid(below place: MachinePath) -> Bool {
    base == nil || !severed.isEmpty || overlay.keys.contains { $0.isInside(place) }
  }

  public func processes(of owner: UInt32) throws(ReadFailure) -> [UserProcess]? {
    if isOverlaid(below: "/proc") { return try findProcesses(of: owner) }
    return try asBase("/proc") { (base) throws(ReadFailure) in try base.processes(of: owner) }
  }

  public func packageManagerAtWork() throws(ReadFailure) -> Int64? {
    if isOverlaid(below: "/proc") { return try findPackageManager() }
    return try asBase("/proc") { (base) throws(ReadFailure) in try base.packageManagerAtWork() }
  }

  /// Asks the machine below.
  func asBase<T>(_ place: MachinePath, _ body: (any Machine) throws(ReadFailure) -> T?)
    throws(ReadFailure) -> T?
  {
    guard let base else { return nil }
    do throws(ReadFailure) { return try body(base) } catch { throw noting(error) }
  }

  /// Everything that can be said of a path, links not followed.
  /// - Throws: `.notKnownYet` when its content will only be known once a change was made.
  public func state(_ path: MachinePath) throws(ReadFailure) -> PathState {
    let place = try resolve(path, lastToo: false)
    derived.note(place)
    guard let status = try statusInPlace(place) else { return .absent }
    switch status.kind {
    case .file: return .file(content: try content(place)?.bytes ?? [], access: .init(status))
    case .directory: return .directory(.init(status))
    case .link:
      return .link(target: try linkTargetInPlace(place) ?? "", owner: .init(ofLink: status))
    case .characterDevice, .blockDevice, .fifo, .socket: return .other(status.kind)
    }
  }

  /// Which change of the plan a path's state comes from; nil when it is the machine's own.
  public func origin(of path: MachinePath) throws(ReadFailure) -> ChangeReference? {
    overlay[try resolve(path, lastToo: false)]?.origin
  }

  /// Where a path itself is once every link above it is followed.
  public func located(_ path: MachinePath) throws(ReadFailure) -> MachinePath {
    try resolve(path, lastToo: false)
  }

  /// Where a path really is once every link on its way, the last one among them, is followed.
  public func resolved(_ path: MachinePath) throws(ReadFailure) -> MachinePath {
    try resolve(path, lastToo: true)
  }

  // MARK: Changing the model

  /// Lays a node over a path. Directories on the way are made (0755, root's) where they are missing.
  /// - Parameter isCapable: whether it is a program with file capabilities.
  public func put(
    _ node: Node, at path: MachinePath, isCapable: Bool = false, origin: ChangeReference?
  ) throws(ReadFailure) {
    let place = try resolve(path, lastToo: false)
    if place != .root, try statusInPlace(place.parent) == nil {
      try put(.directory(.init(mode: 0o755)), at: place.parent, origin: origin)
    }
    let replacesLink = try isLink(place)
    if replacesLink && overlay[place] == nil { severed.insert(place) }
    overlay[place] = Entry(node: node, origin: origin)
    changeTimes[place] = nil
    if isCapable { capable.insert(place) } else { capable.remove(place) }
    if place != .root { overlaid[place.parent, default: []].insert(place.name) }
    if replacesLink || node.status?.kind == .link {
      // What lies behind the place is reached another way now.
      resolved = [:]
      derived.forgetAll()
    } else {
      resolved[place] = nil
      derived.forget(place)
    }
  }

  /// Adds a line to a file that the overlay already holds, in place. `change` says which plan step it belongs to.
  public func append(line: some Collection<UInt8>, to path: MachinePath) throws(ReadFailure) {
    let place = try resolve(path, lastToo: true)
    guard case .file(.known(let content), _)? = overlay[place]?.node else { return }
    content.append(line: line)
    derived.forget(place)
  }

  /// Says when what lies at a path came to be as it is; any number that orders it among others.
  func setChangeTime(_ time: Int64, at path: MachinePath) throws(ReadFailure) {
    changeTimes[try resolve(path, lastToo: false)] = time
    derived.forget(path)
  }

  /// Says what kind of file system is mounted at a path from now on.
  public func mount(_ kind: FileSystemKind, at path: MachinePath) {
    fileSystems[path] = kind
    derived.forget(path)
  }

  /// From now on a path where packages put files, and where nothing is, may hold something that `change` brings.
  public func expectUnknownFiles(of change: ChangeReference) {
    arrivals.append(change)
    derived.forgetAll()
  }

  /// Takes everything laid over so far for made: it is the machine's own state from here on. A file whose content was
  /// still to arrive is there, and empty.
  public func settle() {
    arrivals = []
    for (path, entry) in overlay where entry.origin != nil {
      var node = entry.node
      if case .file(.arriving, let access) = node { node = .file([], access) }
      overlay[path] = Entry(node: node, origin: nil)
    }
    derived.forgetAll()
  }

  // MARK: Helpers

  private func statusInPlace(_ place: MachinePath) throws(ReadFailure) -> FileStatus? {
    if let entry = overlay[place] { return entry.node.status }
    if let known = knownStatus[place] {
      if known == nil { try refuseIfItMayArrive(place) }
      return known
    }
    do throws(ReadFailure) {
      let status = try base(below: place)?.status(place)
      knownStatus[place] = status
      if status == nil {
        if base == nil && place == .root { return FileStatus(kind: .directory, mode: 0o755) }
        try refuseIfItMayArrive(place)
      }
      return status
    } catch {
      throw noting(error)
    }
  }

  private func linkTargetInPlace(_ place: MachinePath) throws(ReadFailure) -> String? {
    if let entry = overlay[place] {
      if case .link(let target, _) = entry.node { return target }
      return nil
    }
    return try base(below: place)?.linkTarget(place)
  }

  /// Whether there is a link, and be it one that nobody has looked at.
  private func isLink(_ place: MachinePath) throws(ReadFailure) -> Bool {
    if let entry = overlay[place] { return entry.node.status?.kind == .link }
    if let known = knownStatus[place] { return known?.kind == .link }
    return try base(below: place)?.status(place)?.kind == .link
  }

  /// The machine that says what is at a place; nil where one of its links would lead it astray.
  private func base(below place: MachinePath) -> (any Machine)? {
    if severed.isEmpty { return base }
    var above = place
    while above != .root {
      if severed.contains(above) { return nil }
      above = above.parent
    }
    return base
  }

  /// /proc and /sys are the kernel's: their links (/proc/self, /sys/class) are followed where they are read.
  private func isKernels(_ path: MachinePath) -> Bool {
    path.isInside("/proc") || path.isInside("/sys")
  }

  private func resolve(_ path: MachinePath, lastToo: Bool) throws(ReadFailure) -> MachinePath {
    if path == .root || isKernels(path) { return path }
    let parent = try resolvedDirectory(path.parent, hops: 0)
    let place = parent == path.parent ? path : parent.appending(path.name)
    return lastToo ? try followLast(place, hops: 0) : place
  }

  private func resolvedDirectory(_ path: MachinePath, hops: Int) throws(ReadFailure) -> MachinePath
  {
    if path == .root || isKernels(path) { return path }
    if let known = resolved[path] { return known }
    let parent = try resolvedDirectory(path.parent, hops: hops)
    let place = try followLast(
      parent == path.parent ? path : parent.appending(path.name), hops: hops)
    resolved[path] = place
    return place
  }

  private func followLast(_ place: MachinePath, hops: Int) throws(ReadFailure) -> MachinePath {
    guard try statusInPlace(place)?.kind == .link, let target = try linkTargetInPlace(place) else {
      return place
    }
    guard hops < 40 else { throw .failed(place, reason: "too many levels of symbolic links") }
    let next = MachinePath.following(target, from: place.parent)
    let parent = try resolvedDirectory(next.parent, hops: hops + 1)
    return try followLast(next == .root ? next : parent.appending(next.name), hops: hops + 1)
  }

  private func refuseIfItMayArrive(_ place: MachinePath) throws(ReadFailure) {
    guard let last = arrivals.last, PackageTerritory.holds(place) else { return }
    throw .notKnownYet(after: last)
  }

  private func noting(_ failure: ReadFailure) -> ReadFailure {
    if case .notPermitted(let path) = failure { unreadable.insert(path) }
    return failure
  }
}

extension ChangeReference {
  /// What was there before any change.
  static let start = ChangeReference(number: 0, summary: "the start")
}

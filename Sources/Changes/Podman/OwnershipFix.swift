public import Kernel
public import Machines

/// Gives a user files that containers left with subordinate ids: `podman unshare chown`, in whose namespace the user is root
/// and may (podman-unshare(1)).
public struct OwnershipFix: Change, Hashable {
  public static let kind = "ownership.fix"

  /// A file whose owner changes.
  public struct Item: Hashable, Sendable, Codable {
    /// From the directory on; what is no UTF-8 in it as `\xe9`.
    public let path: String
    /// The same as it is, where it is no UTF-8.
    public let bytes: [UInt8]?
    public let uid: UInt32
    public let gid: UInt32
    /// Its mode, when that has a set-user-id or set-group-id bit: the kernel takes those away with a new owner (chown(2)).
    public let mode: UInt16?
    /// Whether it has file capabilities, which the kernel takes away as well, and which are not given back.
    public var isCapable: Bool?

    public init(
      path: String, bytes: [UInt8]? = nil, uid: UInt32, gid: UInt32, mode: UInt16? = nil
    ) {
      self.path = path
      self.bytes = bytes
      self.uid = uid
      self.gid = gid
      self.mode = mode
    }

    fileprivate init(_ entry: TreeEntry) {
      let lends = entry.status.kind == .file && entry.status.mode & 0o6000 != 0
      self.init(
        path: entry.path, bytes: entry.bytes, uid: entry.status.owner, gid: entry.status.group,
        mode: lends ? entry.status.mode : nil)
    }

    fileprivate func place(in directory: MachinePath) -> MachinePath {
      path.utf8.split(separator: UInt8(ascii: "/")).reduce(directory) {
        $0.appending(Substring($1))
      }
    }

    /// Its path as the kernel has it.
    fileprivate var name: [UInt8] { bytes ?? Array(path.utf8) }
    /// The same for a program that starts in the directory: behind -- and with ./ it is none but that.
    fileprivate var argument: [UInt8] { Array("./".utf8) + name }

    fileprivate func hasOwner(of other: Item?) -> Bool { uid == other?.uid && gid == other?.gid }
  }

  public let user: String
  public let directory: MachinePath
  public let items: [Item]
  /// Whom they belong to then, ids of the machine.
  public let uid: UInt32
  public let gid: UInt32

  public init(user: String, directory: MachinePath, items: [Item], uid: UInt32, gid: UInt32) {
    self.user = user
    self.directory = directory
    self.items = items
    self.uid = uid
    self.gid = gid
  }

  public var target: String { directory.text }
  public var summary: String {
    "give \(user) \(items.count.counted("file")) below \(directory) back (podman unshare chown)"
  }
  public var diff: String {
    var text = "--- \(directory)\n+++ \(directory)\n"
    for item in items {
      let name = item.path.oneLine
      text += "-\(item.uid):\(item.gid) \(name)\n+\(uid):\(gid) \(name)\n"
    }
    return text
  }
  public var needs: [Need] { [.podman("chown"), .podmanMount(directory)] }
  public var reversal: Reversal {
    .leaves(
      items.filter { $0.isCapable == true }.map {
        "\(directory)/\($0.path) without its file capabilities, which go with a new owner"
      })
  }

  /// The files of a directory that belong to ids which are a user's subordinate ones, or for a group such a one.
  public static func items(
    of user: Accounts.User, below directory: MachinePath, on machine: ModelMachine
  ) throws(ReadFailure) -> [Item] {
    let users = try SubordinateIDs.read(SubordinateIDs.users, from: machine).entries(of: user)
    let groups = try SubordinateIDs.read(SubordinateIDs.groups, from: machine).entries(of: user)
    let entries = (try machine.tree(directory) ?? []).filter { entry in
      users.contains { $0.range.contains(entry.status.owner) }
        || entry.status.owner == user.uid
          && groups.contains { $0.range.contains(entry.status.group) }
    }
    return try entries.map { entry throws(ReadFailure) in
      var item = Item(entry)
      if entry.status.kind == .file, entry.bytes == nil,
        try machine.hasCapabilities(item.place(in: directory))
      {
        item.isCapable = true
      }
      return item
    }
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let now = try owners(on: machine)
    for item in items where !item.hasOwner(of: now[item.name]) {
      return Obstacle(
        expected: "\(item.path) of \(item.uid):\(item.gid)",
        found: now[item.name].map { "\($0.uid):\($0.gid)" } ?? "nothing")
    }
    return nil
  }

  private func owners(on machine: ModelMachine) throws(ReadFailure) -> [[UInt8]: Item] {
    let tree = try machine.tree(directory) ?? []
    return Dictionary(tree.map { ($0.name, Item($0)) }) { first, _ in first }
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    let now = try owners(on: machine)
    var isMade = true, isGone = true, diff = ""
    for item in items {
      // One that was removed since is nobody's any more.
      guard let found = now[item.name] else { continue }
      let isMine = found.uid == uid && found.gid == gid
      if !isMine { isMade = false }
      if !item.hasOwner(of: found) { isGone = false }
      if !isMine && !item.hasOwner(of: found) {
        let name = item.path.oneLine
        diff += "-\(uid):\(gid) \(name)\n+\(found.uid):\(found.gid) \(name)\n"
      }
    }
    if isMade { return .asMade }
    return isGone ? .gone : .altered(diff)
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    if items.contains(where: { $0.bytes != nil }) {
      // A model knows names of UTF-8 only: what it looks at once something is laid over it has no others.
      try model.put(Node(try model.state(directory)), at: directory, origin: reference)
    }
    for item in items where item.bytes == nil {
      let path = item.place(in: directory)
      let access = { (old: PathState.Access) in
        PathState.Access(
          mode: item.mode == nil ? old.mode : old.mode & 0o1777, owner: uid, group: gid)
      }
      switch try model.state(path) {
      case .file(let content, let old):
        try model.put(.file(content, access(old)), at: path, origin: reference)
      case .directory(let old): try model.put(.directory(access(old)), at: path, origin: reference)
      default: continue
      }
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try change(items.map { ($0, uid, gid) }, host)
    guard try reading({ () throws(ReadFailure) in try standing(on: host.machine) }) == .asMade
    else {
      throw .unverified(
        "chown said that all is well, but files below \(directory) have other owners")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let now = try reading { () throws(ReadFailure) in try owners(on: host.machine) }
    let there = items.filter { now[$0.name] != nil }
    try change(there.map { ($0, $0.uid, $0.gid) }, host)
    for item in there {
      guard let mode = item.mode else { continue }
      try Podman(user, on: host).run(
        ["unshare", "chmod", String(mode, radix: 8), "--"], names: [item.argument],
        directory: directory.text, seconds: 60)
    }
    let after = try reading { () throws(ReadFailure) in try owners(on: host.machine) }
    if let other = there.first(where: { after[$0.name] != nil && !$0.hasOwner(of: after[$0.name]) })
    {
      throw .unverified(
        "chown said that all is well, but \(directory)/\(other.path) is not \(other.uid):\(other.gid)'s again"
      )
    }
  }

  /// Those of one owner together, so many that the kernel takes their names as arguments.
  private func change(_ files: [(item: Item, uid: UInt32, gid: UInt32)], _ host: Host)
    throws(ChangeFailure)
  {
    let podman = try Podman(user, on: host)
    let maps = try reading { () throws(ReadFailure) in try IDMap.of(user, on: host.machine) }
    guard let maps else { throw .missing("\(user) has no subordinate ids any more") }
    var rest = files[...]
    while let first = rest.first {
      let batch = rest.prefix { $0.uid == first.uid && $0.gid == first.gid }.prefix(500)
      rest = rest.dropFirst(batch.count)
      guard let uid = maps.users.inside(first.uid), let gid = maps.groups.inside(first.gid) else {
        throw .missing("\(first.uid):\(first.gid) are no ids of \(user)'s containers")
      }
      try podman.run(
        ["unshare", "chown", "-h", "\(uid):\(gid)", "--"], names: batch.map(\.item.argument),
        directory: directory.text, seconds: 600)
    }
  }
}

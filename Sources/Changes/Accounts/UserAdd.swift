public import Kernel
public import Machines
internal import SystemPackage

/// Makes an account: busybox `adduser -D`, whose password is locked.
public struct UserAdd: Change, Hashable {
  public static let kind = "user.add"

  public let name: String
  public let uid: UInt32
  public let shell: MachinePath
  public let home: MachinePath
  /// Beside its own.
  public let groups: [String]
  /// What may be done with the home, when it was there before: it then stays as it is. Nil when it is made.
  public let homeBefore: PathState.Access?

  public init(
    name: String, uid: UInt32, shell: MachinePath, home: MachinePath, groups: [String],
    homeBefore: PathState.Access? = nil
  ) {
    self.name = name
    self.uid = uid
    self.shell = shell
    self.home = home
    self.groups = groups
    self.homeBefore = homeBefore
  }

  private var line: String { "\(name):x:\(uid):\(uid):\(name):\(home):\(shell)" }

  public var target: String { name }
  public var location: String { "user \(name)" }
  public var summary: String {
    "make the user \(name) (uid \(uid))"
      + (groups.isEmpty ? "" : ", in \(groups.joined(separator: ", "))")
      + (homeBefore.map { "; \(home) is there and stays as it is (\($0.description))" } ?? "")
  }
  public var diff: String { "--- /etc/passwd\n+++ /etc/passwd\n+\(line)\n" }
  public var needs: [Need] { [.account(name)] + groups.map(Need.accountGroup) }
  public var reversal: Reversal {
    .leaves((homeBefore == nil ? ["the home \(home), if anything is in it"] : []) + [Self.copies])
  }

  /// Where adduser and deluser put the files as they were, over what was there.
  private static let copies = "/etc/passwd-, /etc/group- and /etc/shadow-, adduser's copies"

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    let accounts = try machine.fact(Accounts.self)
    if accounts.user(name) != nil {
      return Obstacle(expected: "no user \(name)", found: "a user of that name")
    }
    if let other = accounts.user(uid: uid) {
      return Obstacle(expected: "the id \(uid) free", found: "it is \(other.name)'s")
    }
    // What came there since would get another owner, or what was to stay would be made.
    let isThere = try machine.status(home) != nil
    guard isThere != (homeBefore != nil) else { return nil }
    return isThere
      ? Obstacle(expected: "no \(home)", found: "one is there")
      : Obstacle(expected: "the home \(home)", found: "nothing is there")
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    let accounts = try machine.fact(Accounts.self)
    guard accounts.user(name) != nil else { return .gone }
    // One that was made again, or changed, is whoever's that did it.
    let now = try entry(on: machine)
    guard now == line else { return .altered("-\(line)\n+\(now)\n") }
    // adduser writes one file after the other.
    var missing: [String] = []
    if accounts.group(name)?.gid != uid { missing.append("-group \(name) \(uid)\n") }
    for group in groups where accounts.group(group)?.members.contains(name) != true {
      missing.append("-\(name) in \(group)\n")
    }
    if try machine.status(home) == nil { missing.append("-\(home)\n") }
    return missing.isEmpty ? .asMade : .altered(missing.joined())
  }

  public func others(on machine: ModelMachine) throws(ReadFailure) -> String? {
    guard try machine.fact(Accounts.self).user(name) != nil, try entry(on: machine) != line else {
      return nil
    }
    return "the user \(name), whom this run did not make"
  }

  /// The account's line in /etc/passwd, but for a password that may stand there.
  private func entry(on machine: ModelMachine) throws(ReadFailure) -> String {
    let start = Array("\(name):".utf8)
    let found = try machine.read("/etc/passwd")?.lines.first { $0.starts(with: start) }
    var fields = (found?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    if fields.count > 1 { fields[1] = "x" }
    return fields.joined(separator: ":")
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try append("/etc/passwd", "\(line)\n", to: model, reference)
    try append(Self.groupFile, "\(name):x:\(uid):\n", to: model, reference)
    for group in groups { try join(group, model, reference) }
    if try model.status(home) == nil {
      try model.put(
        .directory(.init(mode: 0o2755, owner: uid, group: uid)), at: home, origin: reference)
    }
  }

  private func append(
    _ path: MachinePath, _ text: String, to model: ModelMachine, _ reference: ChangeReference
  ) throws(ReadFailure) {
    let access = try model.status(path).map(PathState.Access.init) ?? .init(mode: 0o644)
    let content = try model.read(path) ?? []
    try model.put(.file(content + Array(text.utf8), access), at: path, origin: reference)
  }

  private func join(_ group: String, _ model: ModelMachine, _ reference: ChangeReference)
    throws(ReadFailure)
  {
    let path = Self.groupFile
    var text = ""
    for line in try model.read(path)?.lines ?? [].lines {
      let entry = line.text
      guard entry.hasPrefix(group + ":") else {
        text += entry + "\n"
        continue
      }
      text += entry + (entry.hasSuffix(":") ? "" : ",") + name + "\n"
    }
    let access = try model.status(path).map(PathState.Access.init) ?? .init(mode: 0o644)
    try model.put(.file(Array(text.utf8), access), at: path, origin: reference)
  }

  /// Those that adduser and deluser write. They heed no lock of shadow's, so it is held for them.
  private static let files = [passwd, groupFile, shadow]
  private static let passwd: MachinePath = "/etc/passwd"
  private static let shadow: MachinePath = "/etc/shadow"
  private static let groupFile: MachinePath = "/etc/group"
  private static let groupShadow: MachinePath = "/etc/gshadow"

  public func perform(on host: Host) throws(ChangeFailure) {
    // Of what is made again after a kill, adduser has to find name and id free.
    if host.isRecovery { _ = try finishReverting(on: host) }
    // adduser gives a home that is there to the account, whoever it belongs to.
    let isThere = try reading { () throws(ReadFailure) in try host.machine.status(home) } != nil
    try host.holdingShadowLocks(of: Self.files) { () throws(ChangeFailure) in
      // The shell is named: without it adduser takes that of whoever runs it.
      try run(
        Command(
          "adduser",
          ["-D"] + (isThere ? ["-H"] : []) + [
            "-h", home.text, "-g", name, "-s", shell.text, "-u", String(uid), name,
          ]), host)
      for group in groups { try run(Command("addgroup", [name, group]), host) }
    }
    guard try reading({ () throws(ReadFailure) in try standing(on: host.machine) }) == .asMade
    else {
      throw .unverified("adduser said that all is well, but there is no user \(name) like it")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    let accounts = try reading { () throws(ReadFailure) in try host.machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else {
      _ = try finishReverting(on: host)
      return
    }
    // One of the name with another id is somebody else's.
    guard user.uid == uid else { return }
    let others = others(in: accounts)
    try host.holdingShadowLocks(of: Self.files) { () throws(ChangeFailure) in
      if others.isEmpty { try run(Command("deluser", [name]), host) } else { try removeLines(host) }
    }
    if !others.isEmpty {
      host.leaves("the group \(name), in which \(others.joined(separator: ", ")) is by now")
    }
    try removeGroup(
      try reading { () throws(ReadFailure) in try host.machine.fact(Accounts.self) }, host)
    if homeBefore == nil { try removeHome(host) }
    host.leaves(Self.copies)
    guard try reading({ () throws(ReadFailure) in try standing(on: host.machine) }) == .gone else {
      throw .unverified("deluser said that all is well, but the user \(name) is still there")
    }
  }

  /// Takes away what a deluser that was cut off has left: it writes passwd first. alpod removes the home after that.
  /// - Returns: whether there was anything to do.
  func finishReverting(on host: Host) throws(ChangeFailure) -> Bool {
    let accounts = try reading { () throws(ReadFailure) in try host.machine.fact(Accounts.self) }
    guard accounts.user(name) == nil, accounts.user(uid: uid) == nil else { return false }
    try host.holdingShadowLocks(of: Self.files) { () throws(ChangeFailure) in try removeLines(host)
    }
    try removeGroup(accounts, host)
    if homeBefore == nil { try removeHome(host) }
    return true
  }

  private func removeHome(_ host: Host) throws(ChangeFailure) {
    let machine = host.machine
    switch try reading({ () throws(ReadFailure) in try machine.list(home) }) {
    case nil: break
    case []?:
      let before = try reading { () throws(ReadFailure) in try machine.state(home) }
      try host.place([PlacedPath(path: home, before: before, after: .absent)])
    default: host.leaves("the home \(home) of \(name)")
    }
  }

  /// Who else is in the account's group.
  private func others(in accounts: Accounts) -> [String] {
    guard let group = accounts.group(name), group.gid == uid else { return [] }
    let primary = accounts.users.filter { $0.gid == uid }.map(\.name)
    return Set(primary + group.members).subtracting([name]).sorted()
  }

  /// Takes the account out of the files and leaves its group, which deluser would take along, whoever is in it. The file by
  /// which the account is there goes last: cut off before that, all of it is done again.
  private func removeLines(_ host: Host) throws(ChangeFailure) {
    for path in [Self.groupShadow, Self.groupFile, Self.shadow, Self.passwd] {
      let now = try reading { () throws(ReadFailure) in try host.machine.state(path) }
      guard case .file(let content, let access) = now else { continue }
      let isOfGroups = [Self.groupShadow, Self.groupFile].contains(path)
      let lines = content.lines.compactMap { isOfGroups ? withoutMember($0) : withoutAccount($0) }
      let after = PathState.file(content: Array(lines.joined()), access: access)
      if after != now { try host.place([PlacedPath(path: path, before: now, after: after)]) }
    }
  }

  private func withoutAccount(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    line.starts(with: "\(name):".utf8) ? nil : line + [UInt8(ascii: "\n")]
  }

  /// Members stand in the last field (group(5), gshadow(5)).
  private func withoutMember(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let end = (line.lastIndex(of: UInt8(ascii: ":")) ?? line.endIndex - 1) + 1
    let members = line[end...].split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let others = members.filter { !$0.elementsEqual(name.utf8) }
    return line[..<end] + others.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "\n")]
  }

  /// The user's own, when adduser or deluser was killed between the two.
  private func removeGroup(_ accounts: Accounts, _ host: Host) throws(ChangeFailure) {
    guard accounts.group(name)?.gid == uid, others(in: accounts).isEmpty else { return }
    try host.holdingShadowLocks(of: Self.files) { () throws(ChangeFailure) in
      try run(Command("delgroup", [name]), host)
    }
  }

  public func clearUnmade(on host: Host, since start: Int) throws(ChangeFailure) {
    try revert(on: host)
  }

  /// What adduser and deluser write before they put it in its place, and do not write over (busybox, libbb/update_passwd.c).
  private func removeTemporaries(_ host: Host) throws(ChangeFailure) {
    for file in Self.files + [Self.groupShadow] {
      let path = file.parent.appending(file.name + "+")
      do throws(Errno) {
        guard let status = try host.root.status(path), status.kind == .file, status.owner == 0
        else { continue }
        try host.root.remove(path)
      } catch {
        throw .placement(.failed(path, operation: "remove it", error))
      }
    }
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try removeTemporaries(host)
    try host.removeShadowLocks(of: Self.files)
    try host.removeLeftovers(beside: [home, Self.groupShadow] + Self.files)
    return []
  }

  private func run(_ command: Command, _ host: Host) throws(ChangeFailure) {
    let result = try host.run(command, seconds: 60)
    guard result.succeeded else {
      let complaint = result.complaint
      let advice =
        complaint.contains("+': File exists")
        ? "; unless adduser or deluser is at work, one that was killed has left it: remove it" : ""
      throw .tool(command, result, reason: complaint + advice)
    }
  }
}

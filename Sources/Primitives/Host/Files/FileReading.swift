internal import Changes
internal import Kernel
internal import Machines
public import Values

/// What the `host.file` calls have in common.
enum Files {
  static let reading: [NeedUse] = [.init("read", of: "path"), .init("files", of: "path")]
  static let writing: [NeedUse] = [.init("files", of: "path")]
  static let path = Parameter("path", .path, help: "where it is")
  static let mode = Parameter(
    "mode", .mode, required: false, help: "permission bits in octal, \"0644\"")
  static let owner = Parameter("owner", .userName, required: false, help: "login name of the owner")
  static let group = Parameter("group", .userName, required: false, help: "name of the group")

  /// Mode and owner as the call asks for them: what it does not name stays as it is, or is new.
  static func access(
    _ arguments: Arguments, now: PathState.Access?, newMode: UInt16, _ draft: Draft
  ) throws(PrimitiveFailure) -> PathState.Access {
    let owner = draft.environment.newOwner
    var access = now ?? .init(mode: newMode, owner: owner.user, group: owner.group)
    if let mode = arguments.mode("mode") { access.mode = mode }
    let accounts = try looking { () throws(ReadFailure) in try draft.machine.fact(Accounts.self) }
    if let name = arguments["owner"]?.text {
      guard let user = accounts.user(name) else {
        throw .impossible("there is no user \(name)", hint: nil)
      }
      access.owner = user.uid
    }
    if let name = arguments["group"]?.text {
      guard let group = accounts.group(name) else {
        throw .impossible("there is no group \(name)", hint: nil)
      }
      access.group = group.gid
    }
    return access
  }

  /// Where a path that is to be written really is: every link on its way followed, and the last one where that is asked
  /// for, so that what is allowed and what is owned is judged by the place and not by a name for it.
  static func permitted(_ path: MachinePath, _ draft: Draft, followingLinks: Bool = true)
    throws(PrimitiveFailure) -> MachinePath
  {
    let place = try looking { () throws(ReadFailure) in
      followingLinks ? try draft.machine.resolved(path) : try draft.machine.located(path)
    }
    try draft.require(.file(place), asked: .file(path), at: path)
    let objection = try looking { () throws(ReadFailure) in
      try OwnedPaths.objection(to: place, on: draft.machine)
    }
    if let objection { throw .argument(objection) }
    return place
  }

  /// Where a path that is to be read really is.
  static func readable(_ path: MachinePath, _ draft: Draft) throws(PrimitiveFailure) -> MachinePath
  {
    let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
    try draft.require(.read(place), asked: .read(path), at: path)
    if let objection = OwnedPaths.objection(toReading: place) { throw .argument(objection) }
    return place
  }

  /// The state of a path that may be written, with the directories above it planned where they are missing.
  static func writable(_ path: MachinePath, _ draft: Draft, followingLinks: Bool = true)
    throws(PrimitiveFailure) -> (path: MachinePath, state: PathState)
  {
    let place = try permitted(path, draft, followingLinks: followingLinks)
    try makeParents(place.parent, draft, for: place)
    return (place, try looking { () throws(ReadFailure) in try draft.machine.state(place) })
  }

  /// The command that says whether a file is any good; nil when none is named.
  static func validation(_ words: [String], _ draft: Draft) throws(PrimitiveFailure)
    -> (command: Command, need: Need)?
  {
    guard let program = words.first else { return nil }
    return try Programs.command(program, Array(words.dropFirst()), draft)
  }

  /// The file at a path, nil where there is none; anything else than a file is an error.
  static func content(of state: PathState, at path: MachinePath) throws(PrimitiveFailure)
    -> [UInt8]?
  {
    switch state {
    case .absent: return nil
    case .file(let content, _): return content
    case .directory, .link, .other:
      throw .impossible("\(path) is \(state.summary), not a file", hint: nil)
    }
  }

  private static func makeParents(_ directory: MachinePath, _ draft: Draft, for path: MachinePath)
    throws(PrimitiveFailure)
  {
    if directory == .root { return }
    let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(directory) }
    switch try looking({ () throws(ReadFailure) in try draft.machine.status(place)?.kind }) {
    case .directory?: return
    case nil: break
    case let kind?:
      throw .impossible("\(directory) is a \(kind.rawValue), so there can be no \(path)", hint: nil)
    }
    try makeParents(place.parent, draft, for: path)
    let owner = draft.environment.newOwner
    try draft.edit(
      place, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
      needs: [.file(path)])
  }
}

public enum FileRead: Primitive {
  public static let signature = CallSignature(
    "file.read", "Reads a file; nil when there is none.", parameters: [Files.path],
    result: .optional(.string), needs: Files.reading, needsAny: true,
    example: "host.file.read(\"/etc/rc.conf\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try arguments.path("path")
    let place = try Files.readable(path, draft)
    guard let content = try looking({ () throws(ReadFailure) in try draft.machine.read(place) })
    else {
      return .null
    }
    return String(validating: content, as: UTF8.self).map(Value.string) ?? .bytes(content)
  }
}

public enum FileGet: Primitive {
  public static let signature = CallSignature(
    "file.get", "Says what is at a path, a link itself when it is one; nil when nothing is.",
    parameters: [Files.path],
    result: .optional(
      .table(
        "File",
        [
          .init(
            "kind",
            .choice([
              "file", "directory", "link", "characterDevice", "blockDevice", "fifo", "socket",
            ]), "what it is"),
          .init("mode", .string, "permission bits in octal, \"0644\""),
          .init("owner", .integer, "user id"), .init("group", .integer, "group id"),
          .init("size", .integer, "in bytes"),
          .init("target", .optional(.string), "what a link says"),
          .init("capable", .boolean, "whether it is a program with file capabilities"),
        ])), needs: Files.reading, needsAny: true, example: "host.file.get(\"/etc/subuid\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try arguments.path("path")
    let place = try looking { () throws(ReadFailure) in try draft.machine.located(path) }
    try draft.require(.read(place), asked: .read(path), at: path)
    // That a device is there may be asked.
    if !place.isInside("/dev"), !place.isInside("/sys"),
      let objection = OwnedPaths.objection(toReading: place)
    {
      throw .argument(objection)
    }
    guard let status = try looking({ () throws(ReadFailure) in try draft.machine.status(path) })
    else {
      return .null
    }
    let digits = String(status.mode, radix: 8)
    var fields: [String: Value] = [
      "kind": .string(status.kind.rawValue),
      "mode": .string(String(repeating: "0", count: max(0, 4 - digits.count)) + digits),
      "owner": .integer(Int64(status.owner)), "group": .integer(Int64(status.group)),
      "size": .integer(Int64(status.size)),
      "capable": .bool(
        try looking { () throws(ReadFailure) in
          status.kind == .file ? try draft.machine.hasCapabilities(path) : false
        }),
    ]
    if status.kind == .link {
      let target = try looking { () throws(ReadFailure) in try draft.machine.linkTarget(path) }
      fields["target"] = target.map(Value.string)
    }
    return .table(fields)
  }
}

public enum FileList: Primitive {
  public static let signature = CallSignature(
    "file.list", "Lists a directory; nil when there is none.", parameters: [Files.path],
    result: .optional(.list(.string)), needs: Files.reading, needsAny: true,
    example: "host.file.list(\"/etc/local.d\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try arguments.path("path")
    let place = try Files.readable(path, draft)
    let names = try looking { () throws(ReadFailure) in try draft.machine.list(place) }
    return names.map { .list($0.map(Value.string)) } ?? .null
  }
}

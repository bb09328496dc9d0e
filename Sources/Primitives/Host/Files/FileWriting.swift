internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum FileWrite: Primitive {
  public static let signature = CallSignature(
    "file.write", "Gives a file exactly this content; mode and owner stay unless they are named.",
    parameters: [
      Files.path, Parameter("content", .content, help: "all of it"), Files.mode, Files.owner,
      Files.group,
      Parameter(
        "validate", .list(.string), required: false,
        help:
          "a program and its arguments, run once the file is in its place; when it does not end well, the file is taken back"
      ),
    ], needs: Files.writing,
    example: "host.file.write{ path = \"/etc/motd\", content = \"hello\\n\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (path, state) = try Files.writable(try arguments.path("path"), draft)
    _ = try Files.content(of: state, at: path)
    let access = try Files.access(arguments, now: state.access, newMode: 0o644, draft)
    let content = try arguments.bytes("content")
    try draft.claim(
      "the content of \(path)",
      value: "this text of \(content.count) bytes (\(Checksum.text(content)))")
    let wanted = PathState.file(content: content, access: access)
    let validation = try Files.validation(arguments.texts("validate"), draft)
    if state != wanted {
      try draft.edit(
        path, to: wanted, needs: validation.map { [.file(path), $0.need] },
        validation: validation?.command)
    }
    return .null
  }
}

public enum FileLink: Primitive {
  public static let signature = CallSignature(
    "file.link", "Makes a symbolic link, in place of a link or nothing.",
    details: "Where something else than a link is, it is an error.",
    parameters: [Files.path, Parameter("target", .string, help: "what the link says")],
    needs: Files.writing,
    example: "host.file.link{ path = \"/etc/localtime\", target = \"/usr/share/zoneinfo/UTC\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (path, state) = try Files.writable(
      try arguments.path("path"), draft, followingLinks: false)
    let target = try arguments.text("target")
    guard !target.isEmpty else { throw .argument("host.file.link: target is empty") }
    try draft.claim("the link \(path)", value: target)
    switch state {
    case .link(target, _): return .null
    case .absent, .link: break
    default:
      throw .impossible(
        "\(path) is \(state.summary), not a link", hint: "remove it with host.file.remove first")
    }
    try draft.edit(path, to: .link(target: target))
    return .null
  }
}

public enum FileDirectory: Primitive {
  public static let signature = CallSignature(
    "file.directory", "Makes a directory, and those above it (0755) where they are missing.",
    parameters: [Files.path, Files.mode, Files.owner, Files.group], needs: Files.writing,
    example: "host.file.directory{ path = \"/srv/images\", mode = \"0750\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (path, state) = try Files.writable(try arguments.path("path"), draft)
    switch state {
    case .absent, .directory: break
    default: throw .impossible("\(path) is \(state.summary), not a directory", hint: nil)
    }
    let access = try Files.access(arguments, now: state.access, newMode: 0o755, draft)
    if state != .directory(access) { try draft.edit(path, to: .directory(access)) }
    return .null
  }
}

public enum FileRemove: Primitive {
  public static let signature = CallSignature(
    "file.remove", "Removes a file, a link, or a directory that is empty.",
    parameters: [Files.path], needs: Files.writing, example: "host.file.remove(\"/etc/motd\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let path = try Files.permitted(
      try arguments.path("path"), draft, followingLinks: false)
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(path) }
    switch state {
    case .absent: return .null
    case .file, .link: break
    case .directory:
      let names = try looking { () throws(ReadFailure) in try draft.machine.list(path) } ?? []
      guard names.isEmpty else {
        throw .impossible(
          "\(path) is a directory with \(names.count) entries, and only an empty one is removed",
          hint: nil)
      }
    case .other: throw .impossible("\(path) is \(state.summary), which is not removed", hint: nil)
    }
    try draft.claim("the content of \(path)", value: "absent")
    try draft.edit(path, to: .absent)
    return .null
  }
}

/// A short name for a content in messages; nothing rests on it being unique.
enum Checksum {
  static func text(_ bytes: [UInt8]) -> String {
    // FNV-1a: the same on each run, unlike Hasher.
    var hash: UInt32 = 2_166_136_261
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return String(hash, radix: 16)
  }
}

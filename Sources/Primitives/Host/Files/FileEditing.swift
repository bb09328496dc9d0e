internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum FileLine: Primitive {
  public static let signature = CallSignature(
    "file.line",
    "Sees that a file has a line: in place of the one that begins with `prefix`, else at its end.",
    parameters: [
      Files.path, Parameter("line", .string, help: "the whole line"),
      Parameter(
        "prefix", .string, required: false,
        help: "what the line to replace begins with, blanks before it left out"),
    ], needs: Files.writing,
    example: "host.file.line{ path = \"/etc/hosts\", line = \"10.0.0.2 registry\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let line = Array(try arguments.text("line").utf8)
    let asked = try arguments.path("path")
    guard let prefix = arguments["prefix"]?.text else { return try add(line, to: asked, draft) }
    let (path, state) = try Files.writable(asked, draft)
    try draft.claim(
      "the line of \(path) that begins with \"\(prefix)\"",
      value: "\"\(try arguments.text("line"))\"")
    guard let content = try Files.content(of: state, at: path) else {
      return try add(line, to: asked, draft)
    }
    var edited = LineEdit(content)
    guard let index = edited.lines.firstIndex(where: { $0[...].trimmed.starts(with: prefix.utf8) })
    else {
      return try add(line, to: asked, draft)
    }
    if edited.lines[index] == line { return .null }
    edited.lines[index] = line
    try draft.replaceContent(path, state, edited.bytes)
    return .null
  }

  private static func add(_ line: [UInt8], to asked: MachinePath, _ draft: Draft)
    throws(PrimitiveFailure) -> Value
  {
    // The content is looked at where it is: one of thousands of lines must not cost a copy of the file.
    let content = try looking { () throws(ReadFailure) in try draft.machine.content(asked) }
    if let content {
      let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(asked) }
      try draft.require(.file(place))
      if content.holdsLine(line) { return .null }
      let objection = try looking { () throws(ReadFailure) in
        try OwnedPaths.objection(to: place, on: draft.machine)
      }
      if let objection { throw .argument(objection) }
      try draft.append(line: line, to: place)
      return .null
    }
    let (path, state) = try Files.writable(asked, draft)
    _ = try Files.content(of: state, at: path)
    try draft.replaceContent(path, state, line + [UInt8(ascii: "\n")])
    return .null
  }
}

public enum FileBlock: Primitive {
  public static let signature = CallSignature(
    "file.block", "Sees that a file has a block of lines between two marker comments.",
    details: "The markers are `# BEGIN alpod NAME` and `# END alpod NAME`.",
    parameters: [
      Files.path, Parameter("name", .string, help: "tells this block from others in the file"),
      Parameter("text", .content, help: "the lines of the block"),
      Parameter("comment", .string, fallback: "#", help: "what begins a comment in the file"),
    ], needs: Files.writing,
    example: "host.file.block{ path = \"/etc/profile\", name = \"podman\", text = \"export X=1\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (path, state) = try Files.writable(try arguments.path("path"), draft)
    let name = try arguments.text("name"), comment = try arguments.text("comment")
    let begin = Array("\(comment) BEGIN alpod \(name)".utf8)
    let end = Array("\(comment) END alpod \(name)".utf8)
    let text = LineEdit(try arguments.bytes("text")).lines
    guard !text.contains(begin), !text.contains(end) else {
      throw .argument("host.file.block: text holds its own marker")
    }
    try draft.claim(
      "the block \(name) of \(path)", value: Checksum.text(Array(text.joined(separator: [10]))))
    var edited = LineEdit(try Files.content(of: state, at: path) ?? [])
    let block = [begin] + text + [end]
    if let first = edited.lines.firstIndex(of: begin) {
      guard let last = edited.lines[first...].firstIndex(of: end) else {
        throw .impossible(
          "\(path) has the line \"\(comment) BEGIN alpod \(name)\" without its end",
          hint: "restore the line \"\(comment) END alpod \(name)\"")
      }
      if Array(edited.lines[first...last]) == block { return .null }
      edited.lines.replaceSubrange(first...last, with: block)
    } else {
      edited.lines += block
      edited.endsWithLineFeed = true
    }
    try draft.replaceContent(path, state, edited.bytes)
    return .null
  }
}

public enum FileKey: Primitive {
  public static let signature = CallSignature(
    "file.key",
    "Sets KEY=\"VALUE\" in a file that a shell reads, such as /etc/rc.conf or /etc/conf.d/NAME.",
    details:
      "The last assignment is the one that is changed; where there is none, the new one comes after a sample that is commented out, else at the end.",
    parameters: [
      Files.path, Parameter("key", .string, help: "a shell variable's name"),
      Parameter(
        "value", .string,
        help: "its value, without quotes; it may not hold \", \\, $ or a backquote"),
    ], needs: Files.writing,
    example:
      "host.file.key{ path = \"/etc/rc.conf\", key = \"rc_cgroup_mode\", value = \"unified\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (path, state) = try Files.writable(try arguments.path("path"), draft)
    let key = try arguments.text("key"), value = try arguments.text("value")
    let variable = try ShellVariable(key, value, call: "host.file.key")
    try draft.claim("\(key) in \(path)", value: "\"\(value)\"")
    var edited = LineEdit(try Files.content(of: state, at: path) ?? [])
    guard variable.set(in: &edited) else { return .null }
    try draft.replaceContent(path, state, edited.bytes)
    return .null
  }
}

/// A text as lines that can be replaced, put back together as it was but for those.
struct LineEdit {
  var lines: [[UInt8]]
  var endsWithLineFeed: Bool

  init(_ content: [UInt8]) {
    lines = content.lines.map(Array.init)
    endsWithLineFeed = content.last == UInt8(ascii: "\n")
  }

  var bytes: [UInt8] {
    Array(lines.joined(separator: [UInt8(ascii: "\n")]))
      + (endsWithLineFeed ? [UInt8(ascii: "\n")] : [])
  }
}

extension Draft {
  /// Plans a new content for a file, or the file itself (0644) where there is none.
  func replaceContent(_ path: MachinePath, _ state: PathState, _ content: [UInt8])
    throws(PrimitiveFailure)
  {
    let owner = environment.newOwner
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    try edit(path, to: .file(content: content, access: access))
  }
}

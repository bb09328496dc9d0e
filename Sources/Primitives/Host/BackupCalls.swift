internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum BackupGet: Primitive {
  public static let signature = CallSignature(
    "lbu.get", "Says whether the machine runs from memory, and what of it `lbu commit` saves.",
    result: .table(
      "Backup",
      [
        .init("diskless", .boolean, "whether changes vanish unless they are saved"),
        .init(
          "medium", .optional(.string), "where it saves to: a name below /media, or a directory"),
        .init("included", .list(.string), "paths beside /etc that are saved"),
      ]), example: "host.lbu.get().diskless")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let backup = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }
    return .table([
      "diskless": .bool(backup.isDiskless), "medium": backup.medium.map(Value.string) ?? .null,
      "included": .list(backup.included.map { .string($0.text) }),
    ])
  }
}

public enum BackupInclude: Primitive {
  public static let signature = CallSignature(
    "lbu.include", "Sees that `lbu commit` saves these paths, beside /etc, which it saves anyway.",
    details:
      "Of /etc/init.d it saves links alone. Scripts that other calls write there are included on a machine that runs from memory.",
    parameters: [Parameter("paths", .list(.path), help: "files, or directories with all in them")],
    needs: [.init("files", subject: "/etc/apk/protected_paths.d/lbu.list")],
    example: "host.lbu.include{ \"/var/lib/alpod\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.file(LocalBackup.list))
    let paths = arguments.texts("paths").compactMap { try? MachinePath($0) }
    try include(paths, needs: [.file(LocalBackup.list)], draft)
    return .null
  }

  /// Adds a line for each path that is not saved already.
  static func include(_ paths: [MachinePath], needs: [Need], _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let list = LocalBackup.list
    let backup = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }
    var missing: [MachinePath] = []
    for path in paths where !backup.includes(path) && !missing.contains(path) {
      missing.append(path)
    }
    guard !missing.isEmpty else { return }
    let owner = draft.environment.newOwner
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(list) }
    if try looking({ () throws(ReadFailure) in try draft.machine.status(list.parent) }) == nil {
      try draft.edit(
        list.parent, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
        needs: needs)
    }
    var edited = LineEdit(try Files.content(of: state, at: list) ?? [])
    edited.lines += missing.map { Array("+\($0.text.dropFirst())".utf8) }
    edited.endsWithLineFeed = true
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    try draft.edit(
      list, to: .file(content: edited.bytes, access: access),
      purpose: "have lbu save \(missing.map(\.text).joined(separator: ", "))", needs: needs)
  }
}

public enum BackupCommit: Primitive {
  public static let signature = CallSignature(
    "lbu.commit", "Sees that what was changed is saved at the end of the run: `lbu commit`.",
    details:
      "It comes after the last change and after the journal is closed, so that what is saved can be taken back after a reboot; of a run that has to be confirmed, once it is. Nothing happens on a machine that does not run from memory.",
    needs: [.init("commands", subject: "/sbin/lbu")], example: "host.lbu.commit()")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.command("/sbin/lbu"))
    let backup = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }
    guard backup.isDiskless else { return .null }
    guard backup.medium != nil else {
      throw .impossible(
        "/etc/lbu/lbu.conf names no medium (LBU_MEDIA, LBU_BACKUPDIR), so nothing can be saved",
        hint: "run `setup-lbu`, or write LBU_MEDIA=usb there")
    }
    draft.plan.saves = true
    return .null
  }
}

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
        .init("medium", .optional(.string), "where it saves to, a name below /media"),
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
    parameters: [Parameter("paths", .list(.path), help: "files, or directories with all in them")],
    needs: [.init("files", subject: "/etc/apk/protected_paths.d/lbu.list")],
    example: "host.lbu.include{ \"/var/lib/alpod\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let list = LocalBackup.list
    try draft.require(.file(list))
    let backup = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }
    let missing = arguments.texts("paths").compactMap { try? MachinePath($0) }
      .filter { !backup.includes($0) }
    guard !missing.isEmpty else { return .null }
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(list) }
    if try looking({ () throws(ReadFailure) in try draft.machine.status(list.parent) }) == nil {
      let owner = draft.environment.newOwner
      try draft.edit(
        list.parent, to: .directory(.init(mode: 0o755, owner: owner.user, group: owner.group)),
        needs: [.file(list)])
    }
    var edited = LineEdit(try Files.content(of: state, at: list) ?? [])
    edited.lines += missing.map { Array("+\($0.text.dropFirst())".utf8) }
    edited.endsWithLineFeed = true
    try draft.replaceContent(list, state, edited.bytes)
    return .null
  }
}

public enum BackupCommit: Primitive {
  public static let signature = CallSignature(
    "lbu.commit", "Sees that what was changed is saved at the end of the run: `lbu commit`.",
    details:
      "It comes after the last change and after the journal is closed, so that what is saved can be taken back after a reboot. Nothing happens on a machine that does not run from memory.",
    needs: [.init("commands", subject: "/sbin/lbu")], example: "host.lbu.commit()")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.command("/sbin/lbu"))
    let backup = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }
    guard backup.isDiskless else { return .null }
    guard backup.medium != nil else {
      throw .impossible(
        "/etc/lbu/lbu.conf names no medium (LBU_MEDIA), so nothing can be saved",
        hint: "run `setup-lbu`, or write LBU_MEDIA=usb there")
    }
    draft.plan.saves = true
    return .null
  }
}

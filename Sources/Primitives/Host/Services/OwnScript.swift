internal import Changes
internal import Kernel
internal import Machines

/// Files of a service whose script alpod brings itself. Each service has a script of its own: one that several share would
/// be gone for all of them once the run that brought it is taken back.
enum OwnScript {
  static func put(
    _ service: String, _ text: String, purpose: String, needs: [Need], _ draft: Draft
  ) throws(PrimitiveFailure) {
    let path = MachinePath.initScript(service)
    let owner = draft.environment.newOwner
    let access = PathState.Access(mode: 0o755, owner: owner.user, group: owner.group)
    try edit(
      path, .file(content: Array(text.utf8), access: access), purpose: purpose, needs: needs, draft)
    // Of /etc/init.d lbu saves links alone.
    let isDiskless = try looking { () throws(ReadFailure) in
      try draft.machine.fact(LocalBackup.self)
    }.isDiskless
    if isDiskless { try BackupInclude.include([path], needs: needs, draft) }
  }

  /// A path that gets a state unless it has it.
  static func edit(
    _ path: MachinePath, _ wanted: PathState, purpose: String, needs: [Need], _ draft: Draft
  ) throws(PrimitiveFailure) {
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(path) }
    if state == wanted { return }
    try draft.edit(path, to: wanted, purpose: purpose, needs: needs)
  }

  /// Puts a service into a runlevel unless it is in it.
  static func enable(_ service: String, in runlevel: String, needs: [Need], _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let link = MachinePath.runlevelLink(service, runlevel)
    if try looking({ () throws(ReadFailure) in try draft.machine.status(link) }) != nil { return }
    try draft.add(
      ServiceEnable(service: service, runlevel: runlevel, needs: needs), restingOn: link)
  }
}

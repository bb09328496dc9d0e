internal import ArgumentParser
internal import Glibc
internal import Kernel
internal import PluginKit

/// Runs alpod with these arguments.
/// - Returns: the exit status; docs/exit-status.md lists them.
public func runAlpod(_ arguments: [String]) -> Int32 {
  Output.keepDescriptors()
  Interruption.watch()
  let status = answer(arguments)
  guard status == ExitStatus.ok.rawValue, let loss = Output.lossOfOutput else { return status }
  ErrorText.show(loss)
  return loss.status.rawValue
}

private func answer(_ arguments: [String]) -> Int32 {
  if let first = arguments.first, QuickWords.starts(with: first) {
    let starter = ScriptStarter()
    starter.keepProcessor()
    starter.prepare()
  }
  let arguments = ArgumentWords.prepared(arguments)
  if let shortcut = Shortcuts.answer(arguments) { return shortcut }
  do {
    // The plain words of `run` and `plan` are read by themselves; for everything else there is the tree of all commands,
    // which knows what to say.
    if let call = QuickWords.call(arguments) {
      try call.carryOut()
    } else {
      var command = try Alpod.parseAsRoot(arguments)
      try command.run()
    }
    return ExitStatus.ok.rawValue
  } catch let failure as CommandFailure {
    // A status that says it all needs no words.
    if !failure.message.isEmpty { ErrorText.show(failure) }
    return failure.status.rawValue
  } catch {
    // ArgumentParser's own: help, version, wrong usage.
    let text = Alpod.fullMessage(for: error), status = Alpod.exitCode(for: error).rawValue
    if !text.isEmpty { status == 0 ? Output.write(text + "\n") : Output.complain(text + "\n") }
    return status
  }
}

/// Ends the process, everything written.
public func exitProcess(_ status: Int32) -> Never { exit(status) }

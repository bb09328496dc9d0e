internal import ArgumentParser
internal import Glibc
internal import Kernel

/// Runs alpod with these arguments.
/// - Returns: the exit status; docs/exit-status.md lists them.
public func runAlpod(_ arguments: [String]) -> Int32 {
  Interruption.watch()
  ToolRunner.rememberProcessors()
  let arguments = ArgumentWords.prepared(arguments)
  if let shortcut = Shortcuts.answer(arguments) { return shortcut }
  do {
    var command = try parsed(arguments)
    try command.run()
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

/// Reads the command line. The tree of all commands costs a good part of a start, so the two that run in loops and from
/// cron are tried by themselves; what they do not take goes the long way, which knows what to say.
private func parsed(_ arguments: [String]) throws -> any ParsableCommand {
  let rest = Array(arguments.dropFirst())
  switch arguments.first {
  case "run": if let command = try? RunCommand.parse(rest) { return command }
  case "plan": if let command = try? PlanCommand.parse(rest) { return command }
  default: break
  }
  return try Alpod.parseAsRoot(arguments)
}

/// Ends the process, everything written.
public func exitProcess(_ status: Int32) -> Never { exit(status) }

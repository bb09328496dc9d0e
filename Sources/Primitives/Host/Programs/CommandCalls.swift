internal import Changes
internal import Kernel
internal import Machines
public import Values

/// What calls that start a program of the machine have in common.
enum Programs {
  /// A program with its arguments: started as it is, never by a shell.
  /// - Returns: the command, and the need that covers it.
  static func command(_ program: String, _ arguments: [String], _ draft: Draft)
    throws(PrimitiveFailure) -> (command: Command, need: Need)
  {
    let asked: MachinePath
    do throws(MachinePathError) { asked = try MachinePath(program) } catch {
      throw .argument("\"\(program)\" is no program: name its absolute path")
    }
    let path = try looking { () throws(ReadFailure) in try draft.machine.resolved(asked) }
    // Under either name: many are links to busybox, which does what it is called by.
    let need = Need.command(draft.needs.permit(.command(asked)) ? asked : path)
    try draft.require(need)
    for place in try waypoints(asked, draft) + [path] where draft.needs.permit(.file(place)) {
      throw .argument(
        "\(place) is a program that the plugin may write itself, or a link to one; what it starts has to be somebody else's"
      )
    }
    return (Command(program, arguments), need)
  }
}

extension Programs {
  /// The path itself, and every link on the way to what it names.
  private static func waypoints(_ path: MachinePath, _ draft: Draft) throws(PrimitiveFailure)
    -> [MachinePath]
  {
    try looking { () throws(ReadFailure) in
      var found = [path]
      var rest = path.components[...], place = MachinePath.root
      // The kernel follows no more links than that.
      while let name = rest.popFirst(), found.count < 42 {
        place = place.appending(name)
        guard let target = try draft.machine.linkTarget(place) else { continue }
        found.append(place)
        let next = MachinePath.following(target, from: place.parent)
        rest = next.components[...] + rest
        place = .root
      }
      return found
    }
  }
}

public enum CommandRunCall: Primitive {
  public static let signature = CallSignature(
    "command.run", "Starts a program of the machine, unless what it creates is there.",
    details:
      "For what no other call does: alpod cannot tell what a program does, nor take it back. It is started as it is, without a shell, as root, with nothing on its standard input. What it has created in part when it fails is removed; after a run that was cut off it is left, and named.",
    parameters: [
      Parameter("program", .path, help: "its absolute path"),
      Parameter("arguments", .list(.string), fallback: [], help: "what it is told, word by word"),
      Parameter("creates", .path, help: "a path that is there once it ended well"),
    ], needs: [.init("commands", of: "program"), .init("read", of: "creates")],
    example:
      "host.command.run{ program = \"/usr/bin/openssl\", arguments = { \"dhparam\", \"-out\", \"/etc/ssl/dh.pem\", \"2048\" }, creates = \"/etc/ssl/dh.pem\" }"
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let (command, need) = try Programs.command(
      try arguments.text("program"), arguments.texts("arguments"), draft)
    let creates = try arguments.path("creates")
    let place = try looking { () throws(ReadFailure) in try draft.machine.located(creates) }
    try draft.require(.read(place))
    if draft.environment.secrets.areIn(command.description) {
      throw .argument(
        "host.command.run: an argument holds a secret, and every user can read the arguments of a program"
      )
    }
    if try looking({ () throws(ReadFailure) in try draft.machine.status(place) }) != nil {
      return .null
    }
    if draft.machine.isOffline {
      draft.waitForBoot(
        "nothing starts `\(command)` here, as the machine does not run", needsReboot: false)
      return .null
    }
    try draft.add(
      CommandRun(command: command, creates: place, needs: [need, .read(place)]), restingOn: place)
    return .null
  }
}

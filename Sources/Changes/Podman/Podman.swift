internal import Kernel
internal import Machines

/// podman on the live machine, as root or as a user.
struct Podman {
  /// Nil for root.
  let account: Accounts.User?
  private let session: UserSession?
  private let host: Host

  init(_ user: String?, on host: Host) throws(ChangeFailure) {
    self.host = host
    session = try reading { () throws(ReadFailure) in
      try user.flatMap { name throws(ReadFailure) in try UserSession.of(name, on: host.machine) }
    }
    if let user, session == nil { throw .missing("there is no user \(user) any more") }
    account = session?.user
  }

  /// What is in the store now.
  func store() throws(ChangeFailure) -> ContainerStore {
    try reading { () throws(ReadFailure) in try ContainerStore.of(account, on: host.machine) }
  }

  /// Runs podman to its end; how it ended is for the caller to judge.
  /// - Parameters:
  ///   - names: further arguments, which need not be UTF-8.
  ///   - variables: what else is in its environment: values that its arguments must not hold.
  ///   - directory: where it starts; the home when it is nil.
  func attempt(
    _ arguments: [String], names: [[UInt8]] = [], variables: [String: String] = [:],
    directory: String? = nil, seconds: Int? = nil
  ) throws(ChangeFailure) -> CommandResult {
    var environment = session?.environment ?? Self.rootEnvironment
    environment.merge(variables) { known, _ in known }
    do throws(ToolError) {
      return try PodmanTraces.left(on: host.root, by: account) { () throws(ToolError) in
        try host.tools.run(
          Command("podman", arguments), names: names, environment: environment,
          identity: session?.identity, directory: directory ?? account?.home ?? "/",
          seconds: seconds, line: host.progress, tick: host.tick)
      } note: {
        host.brings($0.text(of: account?.name ?? "root"))
      }
    } catch {
      throw .missing("\(error)")
    }
  }

  /// The same; an ending that is not good is a failure.
  @discardableResult
  func run(
    _ arguments: [String], names: [[UInt8]] = [], variables: [String: String] = [:],
    directory: String? = nil, seconds: Int? = nil
  ) throws(ChangeFailure) -> CommandResult {
    let result = try attempt(
      arguments, names: names, variables: variables, directory: directory, seconds: seconds)
    guard result.succeeded else {
      throw .tool(Command("podman", arguments), result, reason: result.complaint)
    }
    return result
  }

  /// As whoever started alpod reaches the network, podman does.
  private static var rootEnvironment: [String: String] {
    ["HOME": "/root", "USER": "root", "LOGNAME": "root", "LC_ALL": "C"]
  }

  /// Whose podman it is, for people: "podman", "podman of admin".
  static func title(_ user: String?) -> String { user.map { "podman of \($0)" } ?? "podman" }
}

public import Changes
internal import FoundationEssentials
public import Kernel
public import Machines
public import Primitives

/// Starts podman as a user, for probes.
public final class LivePodman: PodmanProbe {
  private let root: Root
  private let tools: ToolRunner
  /// What podman made, by who it was started as.
  private var made: [String: PodmanTraces] = [:]
  /// Containers that were to go and are there.
  private var remaining: [String] = []

  public init(root: Root, tools: ToolRunner) {
    self.root = root
    self.tools = tools
  }

  public var leftovers: [String] {
    remaining
      + made.sorted { $0.key < $1.key }.map { user, traces in
        traces.text(of: user) + " to see that it works"
      }
  }

  public func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure)
    -> [PauseProcess.MapLine]
  {
    PauseProcess.parse(try run(["unshare", "cat", "/proc/self/\(kind.rawValue)_map"], as: user))
  }

  public func info(of user: Accounts.User?) throws(ChangeFailure) -> PodmanInfo {
    let output = try run(["info", "--format", "json"], as: user)
    do { return try JSONDecoder().decode(PodmanInfo.self, from: Data(output)) } catch {
      throw .unverified("podman info said what alpod does not understand: \(error)")
    }
  }

  public func runContainer(_ trial: ContainerTrial, of user: Accounts.User?)
    throws(ChangeFailure) -> (succeeded: Bool, output: String)
  {
    let isThere = try attempt(["image", "exists", trial.image], as: user, seconds: 120).succeeded
    if !isThere {
      let pulled = try attempt(["pull", "--quiet", trial.image], as: user, seconds: 900)
      guard pulled.succeeded else { return (false, Self.said(pulled)) }
    }
    let name = "alpod-\(UUID().uuidString.lowercased())"
    var words = ["run", "--rm", "--http-proxy=false", "--name", name]
    if let network = trial.network { words += ["--network", network] }
    let result = try attempt(words + [trial.image] + trial.command, as: user, seconds: 300)
    // Where podman was ended it has removed nothing.
    if !result.succeeded { try remove(name, of: user) }
    if !isThere { _ = try attempt(["image", "rm", trial.image], as: user, seconds: 120) }
    return (result.succeeded, Self.said(result))
  }

  private func remove(_ container: String, of user: Accounts.User?) throws(ChangeFailure) {
    let words = ["rm", "--force", "--ignore", "--time", "0", container]
    if try attempt(words, as: user, seconds: 120).succeeded { return }
    remaining.append(
      "the container \(container) of \(user?.name ?? "root"), which could not be removed")
  }

  private static func said(_ result: CommandResult) -> String {
    (result.succeeded ? result.outputText : result.errorText + result.outputText)
      .split(separator: "\n").suffix(12).joined(separator: "\n")
  }

  /// - Returns: what it printed.
  private func run(_ arguments: [String], as user: Accounts.User?) throws(ChangeFailure) -> [UInt8]
  {
    let result = try attempt(arguments, as: user, seconds: 120)
    guard result.succeeded else {
      let lines = result.errorText.split(separator: "\n").suffix(3).joined(separator: "\n")
      throw .tool(
        Command("podman", arguments), result, reason: lines.isEmpty ? "it said nothing" : lines)
    }
    return result.output
  }

  private func attempt(_ arguments: [String], as user: Accounts.User?, seconds: Int)
    throws(ChangeFailure) -> CommandResult
  {
    let command = Command("podman", arguments)
    let session = if let user { try session(user) } else { nil as UserSession? }
    let environment = session?.environment ?? ["HOME": "/root", "USER": "root", "LC_ALL": "C"]
    do throws(ToolError) {
      return try PodmanTraces.left(on: root, by: user) { () throws(ToolError) in
        try tools.run(
          command, environment: Proxies.environment.merging(environment) { _, own in own },
          identity: session?.identity, directory: user?.home ?? "/", seconds: seconds)
      } note: {
        made[user?.name ?? "root", default: PodmanTraces()].add($0)
      }
    } catch {
      throw .missing("\(error)")
    }
  }

  private func session(_ user: Accounts.User) throws(ChangeFailure) -> UserSession {
    let found = try reading { () throws(ReadFailure) in
      try UserSession.of(user.name, on: ModelMachine(over: LiveMachine(root)))
    }
    guard let found else { throw .missing("there is no user \(user.name)") }
    return found
  }
}

public import Changes
internal import FoundationEssentials
public import Kernel
public import Machines
public import Primitives

/// Starts podman as a user, for probes. What it leaves is a pause process and the user's empty storage.
public final class LivePodman: PodmanProbe {
  private let root: Root
  private let tools: ToolRunner
  public private(set) var leftovers: [String] = []

  public init(root: Root, tools: ToolRunner) {
    self.root = root
    self.tools = tools
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
    var words = ["run", "--rm", "--http-proxy=false"]
    if let network = trial.network { words += ["--network", network] }
    let result = try attempt(words + [trial.image] + trial.command, as: user, seconds: 300)
    if !isThere { _ = try attempt(["image", "rm", trial.image], as: user, seconds: 120) }
    return (result.succeeded, Self.said(result))
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
    let storage = Self.storage(of: user)
    let isNew = storage.map { (try? root.status($0)) == .some(nil) } ?? false
    defer {
      if isNew, let storage, (try? root.status(storage))?.kind == .directory {
        leftovers.append(
          "\(storage), which podman made when it was started as \(user?.name ?? "root") to see that it works"
        )
      }
    }
    let session = if let user { try session(user) } else { nil as UserSession? }
    let environment = session?.environment ?? ["HOME": "/root", "USER": "root", "LC_ALL": "C"]
    do throws(ToolError) {
      return try tools.run(
        command, environment: Proxies.environment.merging(environment) { _, own in own },
        identity: session?.identity, directory: user?.home ?? "/", seconds: seconds)
    } catch {
      throw .missing("\(error)")
    }
  }

  private static func storage(of user: Accounts.User?) -> MachinePath? {
    guard let user else { return "/var/lib/containers" }
    return (try? MachinePath(user.home))?.appending(".local/share/containers")
  }

  private func session(_ user: Accounts.User) throws(ChangeFailure) -> UserSession {
    let found: UserSession?
    do throws(ReadFailure) {
      found = try UserSession.of(user.name, on: ModelMachine(over: LiveMachine(root)))
    } catch {
      throw .read(error)
    }
    guard let found else { throw .missing("there is no user \(user.name)") }
    return found
  }
}

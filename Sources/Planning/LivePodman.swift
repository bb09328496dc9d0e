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

  /// - Returns: what it printed.
  private func run(_ arguments: [String], as user: Accounts.User?) throws(ChangeFailure) -> [UInt8]
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
    let result: CommandResult
    do throws(ToolError) {
      result = try tools.run(
        command,
        environment: session?.environment ?? ["HOME": "/root", "USER": "root", "LC_ALL": "C"],
        identity: session?.identity, directory: user?.home ?? "/", seconds: 120)
    } catch {
      throw .missing("\(error)")
    }
    guard result.succeeded else {
      let lines = result.errorText.split(separator: "\n").suffix(3).joined(separator: "\n")
      throw .tool(command, result, reason: lines.isEmpty ? "it said nothing" : lines)
    }
    return result.output
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

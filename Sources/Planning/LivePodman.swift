public import Changes
public import Kernel
public import Machines
public import Primitives

/// Starts podman as a user, for probes. What it leaves is a pause process and the user's empty storage.
public struct LivePodman: PodmanProbe {
  private let root: Root
  private let tools: ToolRunner

  public init(root: Root, tools: ToolRunner) {
    self.root = root
    self.tools = tools
  }

  public func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure)
    -> [PauseProcess.MapLine]
  {
    let session: UserSession?
    do throws(ReadFailure) {
      session = try UserSession.of(user.name, on: ModelMachine(over: LiveMachine(root)))
    } catch {
      throw .read(error)
    }
    guard let session else { throw .missing("there is no user \(user.name)") }
    let command = Command("podman", ["unshare", "cat", "/proc/self/\(kind.rawValue)_map"])
    let result: CommandResult
    do throws(ToolError) {
      result = try tools.run(
        command, environment: session.environment, identity: session.identity, directory: user.home,
        seconds: 120)
    } catch {
      throw .missing("\(error)")
    }
    guard result.succeeded else {
      let lines = result.errorText.split(separator: "\n").suffix(3).joined(separator: "\n")
      throw .tool(command, result, reason: lines.isEmpty ? "it said nothing" : lines)
    }
    return PauseProcess.parse(result.output)
  }
}

public import Kernel
internal import Machines
internal import SystemPackage

/// Asks the machine's own apk, which knows best, without letting it change anything.
public final class ApkSolver: PackageSolver {
  private let root: Root
  private let tools: ToolRunner
  private let isOnline: Bool

  /// - Parameter isOnline: whether indexes may be fetched (into a scratch cache).
  public init(root: Root, tools: ToolRunner, isOnline: Bool) {
    self.root = root
    self.tools = tools
    self.isOnline = isOnline
  }

  public func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
  {
    if repositories == nil {
      do throws(PackageFailure) {
        return try simulate(
          constraints, options: isOnline ? [] : ["--no-network"], needsUpdate: false)
      } catch {
        // Without an index on the machine the answer says nothing yet.
        guard isOnline, error.isForWantOfAnIndex else { throw error }
      }
    }
    return try withScratch(repositories) { options throws(PackageFailure) in
      if isOnline { try update(options) }
      return try simulate(
        constraints, options: options + (isOnline ? [] : ["--no-network"]), needsUpdate: true)
    }
  }

  private func simulate(_ constraints: [String], options: [String], needsUpdate: Bool)
    throws(PackageFailure) -> PackagePrediction
  {
    let command = Apk.add(constraints, options: options + ["--simulate"])
    let result = try run(command)
    guard result.succeeded else { throw reason(result) }
    let transaction = PackageTransaction.parse(result.outputText)
    return PackagePrediction(
      transaction: transaction, size: size(of: transaction, options: options),
      needsUpdate: needsUpdate)
  }

  private func update(_ options: [String]) throws(PackageFailure) {
    let result = try run(Command("apk", options + ["update"]), seconds: 300)
    // The exit code counts unreachable repositories; whether they matter shows when packages are selected.
    if !result.succeeded,
      !result.errorText.contains("WARNING:") || result.errorText.contains("lock database")
    {
      throw reason(result)
    }
  }

  /// A cache and a repositories file of our own, so that the machine's stay as they are.
  private func withScratch(
    _ repositories: [UInt8]?, _ body: ([String]) throws(PackageFailure) -> PackagePrediction
  ) throws(PackageFailure) -> PackagePrediction {
    let scratch: ScratchDirectory
    do throws(PlacementError) {
      scratch = try ScratchDirectory(in: root)
    } catch {
      throw .other("\(error)")
    }
    defer { scratch.remove() }
    do throws(PlacementError) {
      let content: [UInt8]
      if let repositories {
        content = repositories
      } else {
        do throws(Errno) { content = try root.read(Repositories.path) ?? [] } catch {
          throw .failed(Repositories.path, operation: "read it", error)
        }
      }
      try scratch.write(content, named: "repositories")
      try scratch.makeDirectory(named: "cache")
    } catch {
      throw .other("\(error)")
    }
    return try body([
      "--cache-dir", scratch.path.appending("cache").text,
      "--repositories-file", scratch.path.appending("repositories").text,
    ])
  }

  /// What apk's index says that the coming packages take on the disk.
  private func size(of transaction: PackageTransaction, options: [String]) -> Int? {
    let names = transaction.steps.filter { $0.new != nil }.map(\.name)
    guard !names.isEmpty else { return 0 }
    let known = options.filter { $0 != "--no-network" }
    guard
      let result = try? run(
        Command("apk", known + ["--no-network", "info", "--size", "--"] + names)),
      !result.output.isEmpty
    else { return nil }
    return Apk.totalSize(result.outputText)
  }

  private func run(_ command: Command, seconds: Int = 120) throws(PackageFailure) -> CommandResult {
    do throws(ToolError) {
      return try tools.run(command, environment: Apk.environment, seconds: seconds)
    } catch {
      switch error {
      case .notFound: throw .noProgram
      case .cannotStart: throw .other("\(error)")
      }
    }
  }

  private func reason(_ result: CommandResult) -> PackageFailure {
    Apk.reason(result, machine: ModelMachine(over: LiveMachine(root)))
  }
}

extension PackageFailure {
  fileprivate var isForWantOfAnIndex: Bool {
    switch self {
    case .noNetwork, .noIndex, .noSuchPackage: true
    default: false
    }
  }
}

public import Changes
public import Kernel
public import Machines
public import Values

/// What one primitive works with while it answers one call: the model, and the plan that it may add to.
public struct Draft {
  private let caller: Caller
  public let position: SourcePosition?

  /// A plugin in one phase: what all of its calls have in common.
  public final class Caller {
    /// "rootless", "container:web".
    let instance: String
    /// What the plugin declared that it needs.
    let needs: Needs
    let plan: PlanDraft
    let environment: Environment

    public init(instance: String, needs: Needs, plan: PlanDraft, environment: Environment) {
      self.instance = instance
      self.needs = needs
      self.plan = plan
      self.environment = environment
    }
  }

  public var plan: PlanDraft { caller.plan }
  public var instance: String { caller.instance }
  public var needs: Needs { caller.needs }
  public var environment: Environment { caller.environment }

  /// What is known beside the machine's files.
  public final class Environment {
    public var solver: (any PackageSolver)? { asking(ownSolver) }
    /// What is known of packages; looked up once somebody plans to add some.
    public lazy var catalog: Catalog = asking(loadCatalog())
    /// Whether anything was asked here, so that what was worked out does not rest on the machine's files alone.
    public private(set) var wasAsked = false
    private let ownSolver: (any PackageSolver)?
    private let loadCatalog: () -> Catalog
    private let findUsedIDs: (Accounts.User) -> [SubordinateIDs.Range]
    private let digest: ([UInt8]) -> String
    /// Whom new files belong to: root, or the person who works on a directory of their own.
    public let newOwner: (user: UInt32, group: UInt32)
    /// What plugins were handed that is shown to nobody.
    public var secrets = Secrets.none
    /// Files that earlier runs brought secrets into: what is in them is shown to nobody either.
    public var secretFiles: Set<MachinePath> = []
    /// Is told of everything that a plugin's needs allowed it.
    public var allowed: ((_ instance: String, _ need: Need) -> Void)?
    /// Starts podman for a probe; nil where nothing may be started.
    public let podman: (any PodmanProbe)?

    public init(
      solver: (any PackageSolver)?, loadCatalog: @escaping () -> Catalog = { .empty },
      usedIDs: @escaping (Accounts.User) -> [SubordinateIDs.Range] = { _ in [] },
      newOwner: (user: UInt32, group: UInt32) = (0, 0), podman: (any PodmanProbe)? = nil,
      keyedDigest: @escaping ([UInt8]) -> String = Digest.sha256
    ) {
      ownSolver = solver
      self.loadCatalog = loadCatalog
      findUsedIDs = usedIDs
      self.newOwner = newOwner
      self.podman = podman
      digest = keyedDigest
    }

    /// Ids that are in use beside the ranges in the files, by others than the user who gets new ones: by files in
    /// their homes and stores, by earlier runs.
    public func usedIDs(_ user: Accounts.User) -> [SubordinateIDs.Range] {
      asking(findUsedIDs(user))
    }

    /// Whether what is in a file is shown to nobody.
    public func hides(_ content: [UInt8], of path: MachinePath) -> Bool {
      secretFiles.contains(path) || secrets.areIn(content)
    }

    /// The same for what a change leaves of a file. Where none was, no earlier run's secret is.
    func hides(_ place: PlacedPath) -> Bool {
      place.before.content.map { hides($0, of: place.path) } == true
        || place.after.content.map(secrets.areIn) == true
    }

    /// Tells contents apart without giving them away to whoever can only guess.
    public func keyedDigest(_ content: [UInt8]) -> String { asking(digest(content)) }

    private func asking<T>(_ answer: T) -> T {
      wasAsked = true
      return answer
    }
  }

  public init(_ caller: Caller, position: SourcePosition?) {
    self.caller = caller
    self.position = position
  }

  public var machine: ModelMachine { plan.machine }

  /// - Throws: `.notDeclared` unless the plugin declared it, `.denied` when the site forbids it.
  func require(_ need: Need) throws(PrimitiveFailure) {
    guard needs.permit(need) else {
      throw needs.isDenied(need) ? .denied(need) : .notDeclared(need)
    }
    environment.allowed?(instance, need)
  }

  /// The same for a path that a link on this machine may have led away from where the plugin looked for it.
  func require(_ need: Need, asked: Need, at path: MachinePath) throws(PrimitiveFailure) {
    do throws(PrimitiveFailure) { try require(need) } catch {
      if case .notDeclared = error, need != asked, needs.permit(asked) {
        throw .notDeclared(need, behind: path)
      }
      throw error
    }
  }

  /// Adds a change to the plan.
  func add(_ change: some Change, restingOn path: MachinePath? = nil) throws(PrimitiveFailure) {
    for need in change.needs { try require(need) }
    try requireShown(change.target, change.summary)
    try plan.add(change, by: instance, at: position, restingOn: path)
  }

  /// Gives a path a new state, followed to where it really is. A bit that lends rights takes a need of its own.
  func edit(
    _ path: MachinePath, to state: PathState, purpose: String? = nil, needs: [Need]? = nil,
    validation: Command? = nil
  ) throws(PrimitiveFailure) {
    let place = try looking { () throws(ReadFailure) in
      switch state {
      // A link is made or removed itself, not what it leads to.
      case .link, .absent: try machine.located(path)
      default: try machine.resolved(path)
      }
    }
    let required = needs ?? [.file(place)]
    for need in required { try require(need) }
    try requireShown(place.text, purpose ?? "", validation.map(String.init(describing:)) ?? "")
    if case .link(let target, _) = state { try requireShown(target) }
    if state.lendsRights(over: nil) {
      let now = try looking { () throws(ReadFailure) in try machine.status(place)?.mode }
      if state.lendsRights(over: now) { try require(.setIDBits(place)) }
    }
    try plan.edit(
      place, to: state, by: instance, at: position, purpose: purpose, needs: required,
      validation: validation)
  }

  /// - Throws: when one holds a secret: what is changed is named in plans, journals and the arguments of programs.
  private func requireShown(_ texts: String...) throws(PrimitiveFailure) {
    guard texts.contains(where: environment.secrets.areIn) else { return }
    throw .argument(
      "a secret would stand in the name of what is changed, or in where a link leads: only what is in a file can be kept from view"
    )
  }

  func append(line: [UInt8], to path: MachinePath) throws(PrimitiveFailure) {
    let place = try looking { () throws(ReadFailure) in try machine.resolved(path) }
    try require(.file(place))
    try plan.append(line: line, to: place, by: instance, at: position, needs: [.file(place)])
  }

  func claim(_ subject: String, value: String) throws(PrimitiveFailure) {
    try plan.claim(subject, value: value, by: instance, at: position)
  }

  func waitForBoot(_ text: String, needsReboot: Bool) {
    plan.waitForBoot(BootNote(instance: instance, text: text, needsReboot: needsReboot))
  }
}

/// Asks podman itself, as root or as a user. It starts podman, which writes below the user's home and in /run.
public protocol PodmanProbe {
  /// The id map that podman gives the user's containers; `unshare cat /proc/self/uid_map`.
  func identifierMap(of user: Accounts.User, kind: MapKind) throws(ChangeFailure) -> [PauseProcess
    .MapLine]
  /// What `podman info` says; for root when there is no user.
  func info(of user: Accounts.User?) throws(ChangeFailure) -> PodmanInfo
  /// Runs a container to its end and removes it; the image too, when it was not there before.
  func runContainer(_ trial: ContainerTrial, of user: Accounts.User?) throws(ChangeFailure)
    -> (succeeded: Bool, output: String)
  /// What was not there before podman was started here, and is now.
  var leftovers: [String] { get }
}

/// A container that is run once to see that containers run.
public struct ContainerTrial: Hashable, Sendable {
  public var image: String
  /// The image's own when it is empty.
  public var command: [String]
  public var network: String?

  public init(image: String, command: [String] = [], network: String? = nil) {
    self.image = image
    self.command = command
    self.network = network
  }
}

extension PodmanProbe {
  public var leftovers: [String] { [] }
}

public enum MapKind: String, Sendable { case uid, gid }

/// The part of `podman info --format json` that set-up asks about (podman libpod/define/info.go); the names are podman's.
public struct PodmanInfo: Sendable, Hashable, Decodable {
  public struct Host: Sendable, Hashable, Decodable {
    public struct Program: Sendable, Hashable, Decodable { public var name: String? }
    public struct Security: Sendable, Hashable, Decodable { public var rootless: Bool? }
    /// "v1" also when nothing is mounted.
    public var cgroupVersion: String?
    public var networkBackend: String?
    public var ociRuntime: Program?
    public var security: Security?
  }
  public struct Store: Sendable, Hashable, Decodable {
    public var graphDriverName: String?
    public var graphRoot: String?
  }
  public struct Version: Sendable, Hashable, Decodable { public var Version: String? }

  public var host: Host?
  public var store: Store?
  public var version: Version?
}

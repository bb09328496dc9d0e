internal import Values
internal import Changes
internal import Glibc
internal import Kernel
internal import Machines
internal import PluginKit
internal import Planning
internal import Primitives
internal import Synchronization
internal import SystemPackage

/// Everything that one run or plan works with, put together from the command line.
final class Session {
  let plugins: [ScriptPlugin]
  let environment: Draft.Environment
  let title: PlanScreen.Title
  let subject: Subject
  /// The look at the machine that options were worked out on.
  let look: ModelMachine

  /// What is worked on.
  enum Subject {
    case live(Root, ToolRunner, isOnline: Bool)
    case simulated(FixtureLoader.Loaded, isOnline: Bool)
  }

  /// - Parameters:
  ///   - root: the machine; nil for a simulated one.
  ///   - lock: what is held beside tools that change something.
  ///   - plugins: where they come from, when that was begun before.
  ///   - looksAround: whether to find out ahead what most plugins ask about.
  ///   - observed: the machine again, by way of whoever wants to know what is asked of it.
  init(
    _ request: RunRequest, root: Root?, lock: FileLock? = nil, plugins source: PluginSource? = nil,
    looksAround: Bool = false, observed: (any Machine)? = nil
  ) throws(CommandFailure) {
    let source = if let source { source } else { try PluginSource(request, root: root) }
    let starter = source.starter, here = source.here, resolver = source.resolver
    do throws(LoadFailure) {
      if let root {
        subject = .live(root, ToolRunner(root, lock: lock), isOnline: !request.offline)
      } else {
        let name = request.fixture ?? FixtureLoader.standard
        subject = .simulated(
          try FixtureLoader(starter: starter, here: here).load(name), isOnline: !request.offline)
      }
      environment = subject.environment(starter, isChanging: lock != nil)
      let machine = ModelMachine(over: observed ?? subject.machine)
      look = machine
      let site =
        if let root { try SiteLoader(starter: starter).load(root) } else { SiteValues.none }
      let settings: [Setting]
      do throws(CommandFailure) { settings = try request.allSettings() } catch {
        throw LoadFailure(.usage, error.message, hint: error.hint)
      }
      if looksAround { machine.lookAround { resolver.isWaiting } }
      plugins = try resolver.resolve(
        request.plugins, settings: settings, site: site,
        surroundings: Session.surroundings(machine),
        input: Session.secrets(here))
      environment.secrets = Secrets(plugins.flatMap(\.secrets))
      Output.hide(environment.secrets)
      title = Session.title(request, root, plugins, machine)
    } catch {
      throw CommandFailure(error)
    }
    if let root { environment.secretFiles = try HistoryReader.secretFiles(root) }
  }

  /// The plugins that nobody agreed to; none on a simulated machine, which they cannot harm.
  func strangers(_ request: RunRequest) -> [ScriptPlugin] {
    guard case .live(let root, _, _) = subject else { return [] }
    return ConsentGate(root, trusted: request.trust).strangers(among: plugins)
  }

  /// Has each of them agreed to.
  func requireConsent(_ request: RunRequest) throws(CommandFailure) {
    guard case .live(let root, _, _) = subject else { return }
    try ConsentGate(root, trusted: request.trust).require(
      plugins, canAsk: Terminal.current.canAsk && !request.json)
  }

  /// The file system that alpod itself runs in.
  static func hostRoot() throws(CommandFailure) -> Root {
    do throws(Errno) { return try Root("/") } catch {
      throw CommandFailure(
        status: .unavailable, message: "the file system cannot be opened: \(error)")
    }
  }

  /// The machine that the request name; nil for a simulated one.
  static func machineRoot(_ request: RunRequest) throws(CommandFailure) -> Root? {
    request.simulate ? nil : try machineRoot(request.root)
  }

  /// The machine that `--root` names, or the running one.
  static func machineRoot(_ directory: String?) throws(CommandFailure) -> Root {
    guard let directory, directory != "/" else { return try hostRoot() }
    // Not the directory that somebody happens to be in: a variable of a script may be empty.
    guard !directory.isEmpty else {
      throw CommandFailure(
        status: .usage, message: "--root needs a directory, and was given an empty text",
        hint: "name the directory that holds the machine's files")
    }
    let path = try MachinePath.given(directory)
    do throws(Errno) { return try Root(path.text) } catch {
      let reason =
        error == .notDirectory
        ? "is no directory"
        : error == .noSuchFileOrDirectory ? "does not exist" : "cannot be opened: \(error)"
      throw CommandFailure(
        status: .usage, message: "--root \(directory) \(reason)",
        hint: "name the directory that holds the machine's files")
    }
  }

  /// A look at the machine.
  /// - Parameters:
  ///   - root: the machine; nil for a simulated one.
  ///   - fixture: which one then; the usual one when not given.
  static func look(at root: Root?, or fixture: String?) throws(CommandFailure) -> ModelMachine {
    if let root { return ModelMachine(over: LiveMachine(root)) }
    let here = try hostRoot()
    do throws(LoadFailure) {
      return try FixtureLoader(starter: ScriptStarter(), here: here)
        .load(fixture ?? FixtureLoader.standard).machine
    } catch {
      throw CommandFailure(error)
    }
  }

  private static func surroundings(_ machine: ModelMachine) -> Resolver.Surroundings {
    Resolver.Surroundings(
      home: { UserFiles.home(of: $0, on: machine) },
      userAdvice: { (try? machine.fact(Accounts.self))?.advice(missing: nil) ?? "see /etc/passwd" })
  }

  /// What standard input held: it can be read once, and what is to be finished is worked out twice.
  private static let input = Mutex<[UInt8]?>(nil)

  private static func secrets(_ here: Root) -> SecretInput {
    SecretInput(
      readFile: { (text) throws(TypedPathFailure) in
        let path = try MachinePath(typed: text)
        return try? here.read(path, limit: 1 << 20)
      },
      readInput: {
        if let known = input.withLock({ $0 }) { return known }
        var secret: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // Not readLine(): it goes on waiting after a signal, and mends what is not UTF-8.
        while Interruption.signal == nil, secret.count <= 1 << 20 {
          let count = read(STDIN_FILENO, &buffer, buffer.count)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else {
            input.withLock { [secret] in $0 = secret }
            return secret
          }
          secret += buffer[..<count]
        }
        return nil
      })
  }

  private static func title(
    _ request: RunRequest, _ root: Root?, _ plugins: [ScriptPlugin], _ machine: ModelMachine
  ) -> PlanScreen.Title {
    let release = (try? machine.fact(AlpineRelease.self))?.title ?? "an unknown system"
    let simulated = request.simulate ? " (simulated)" : ""
    let place =
      if let root, !root.isRunningMachine, let named = request.root { " in \(named)" } else { "" }
    let named = request.plugins.map(PluginLibrary.baseName)
    var purpose = ""
    for plugin in plugins where named.contains(plugin.instance) {
      if !purpose.isEmpty { purpose += ", " }
      purpose += plugin.instance
      if let user = plugin.options["user"]?.text { purpose += " for " + user }
    }
    return .init(machine: release + simulated + place, purpose: purpose)
  }
}

extension Session {
  /// What changes are made on.
  func target(
    _ request: RunRequest, terms: JournalRecord.Terms, window: ConfirmationWindow?,
    look: ModelMachine? = nil
  ) throws(CommandFailure) -> any RunTarget {
    switch subject {
    case .live(let root, let tools, let isOnline):
      return LiveTarget(
        root: root, tools: tools, isOnline: isOnline, instances: plugins.map(\.instance),
        version: Alpod.version, request: try request.journalled(plugins), terms: terms,
        digests: { [plugins] in
          Dictionary(plugins.map { ($0.instance, $0.plugin.file.digest) }) { first, _ in first }
        }, window: window, secrets: environment.secrets, look: look)
    case .simulated(let loaded, _): return SimulatedTarget(loaded.machine)
    }
  }
}

extension Session.Subject {
  /// The machine as it is now.
  var machine: any Machine {
    switch self {
    case .live(let root, _, _): LiveMachine(root)
    case .simulated(let loaded, _): loaded.machine
    }
  }

  var isSimulated: Bool {
    if case .simulated = self { true } else { false }
  }

  fileprivate func environment(_ starter: ScriptStarter, isChanging: Bool) -> Draft.Environment {
    switch self {
    case .simulated(let loaded, let isOnline):
      return Draft.Environment(
        solver: loaded.solver(on: loaded.machine, isOnline: isOnline),
        loadCatalog: { loaded.catalog })
    case .live(let root, let tools, let isOnline):
      return Draft.Environment(
        solver: ApkSolver(root: root, tools: tools, isOnline: isOnline),
        loadCatalog: { Self.predictions(root, starter) },
        usedIDs: { UsedIDs(root).ranges(exceptOf: $0) },
        newOwner: (geteuid(), getegid()),
        podman: root.isRunningMachine && geteuid() == 0
          ? LivePodman(root: root, tools: tools) : nil,
        keyedDigest: { content in
          let key = MachineKey(existingOf: root) ?? (isChanging ? try? MachineKey(of: root) : nil)
          // Without a key nothing was made with it, and anything is another than that.
          return key?.digest(content) ?? "keyed:"
        })
    }
  }

  /// What is known of the packages of a live machine's release.
  private static func predictions(_ root: Root, _ starter: ScriptStarter) -> Catalog {
    let release = try? ModelMachine(over: LiveMachine(root)).fact(AlpineRelease.self).series
    guard let nearest = CatalogLoader.nearest(to: release) else { return .empty }
    return (try? CatalogLoader(starter: starter).load(nearest, for: .prediction)) ?? .empty
  }
}

internal import Glibc
internal import Kernel
internal import PluginKit
internal import Primitives
internal import SystemPackage

/// A plugin that is neither part of alpod nor kept by root in /etc/alpod/plugins changes a machine only once somebody
/// agreed to just that file. `--yes` agrees to changes, never to a plugin.
struct ConsentGate {
  private let root: Root
  private let store: ConsentStore
  /// Digests that the command line says are agreed to; this time alone.
  private let trusted: [String]

  init(_ root: Root, trusted: [String]) {
    self.root = root
    store = ConsentStore(root)
    self.trusted = trusted.map { $0.lowercased() }
  }

  /// Those that nobody agreed to yet, each file once.
  func strangers(among plugins: [ScriptPlugin]) -> [ScriptPlugin] {
    var seen: Set<String> = []
    return plugins.filter { plugin in
      let file = plugin.plugin.file
      guard file.standing == .stranger else { return false }
      let digest = file.digest
      return seen.insert(digest).inserted && !trusted.contains(digest) && !store.holds(digest)
    }
  }

  /// Asks for each of them, and remembers what was agreed to.
  /// - Throws: status 77 where nobody can be asked, or the answer is no.
  func require(_ plugins: [ScriptPlugin], canAsk: Bool) throws(CommandFailure) {
    let style = Style(isOn: Terminal.current.hasColour)
    for stranger in strangers(among: plugins) {
      let plugin = stranger.plugin
      let path = try MachinePath.given(plugin.file.origin.title).text
      let former = store.last(at: path)
      guard canAsk else { throw refusal(plugin, isChanged: former != nil) }
      let own = plugins.filter { $0.plugin.file.digest == plugin.file.digest }
      let required = Self.required(by: own, among: plugins)
      let all = Self.needs(of: own + required)
      Output.write(
        ConsentScreen(style: style).text(
          plugin, needs: Self.needs(of: own), former: former, with: all,
          of: required.map(\.instance)) + "\n")
      guard Terminal.confirms(style.bold("Let it do this on this machine? [y/N] ")) else {
        throw CommandFailure(
          status: Interruption.signal == nil ? .notPermitted : .interrupted,
          message: "nothing done: \(plugin.manifest.name) was not agreed to")
      }
      Output.write("\n")
      do throws(LoadFailure) {
        try store.add(Consent(plugin, needs: all, path: path, on: root))
      } catch {
        throw CommandFailure(error)
      }
    }
  }

  /// What these require, and what that requires: it acts on values that they have a say in.
  private static func required(by own: [ScriptPlugin], among plugins: [ScriptPlugin])
    -> [ScriptPlugin]
  {
    var names = Set(own.flatMap(\.requires)), known = 0
    while names.count > known {
      known = names.count
      for plugin in plugins where names.contains(plugin.instance) {
        names.formUnion(plugin.requires)
      }
    }
    let mine = Set(own.map(\.instance))
    return plugins.filter { names.contains($0.instance) && !mine.contains($0.instance) }
  }

  private static func needs(of plugins: [ScriptPlugin]) -> [String: [String]] {
    plugins.reduce(into: [:]) { all, use in all.merge(use.needs.allowed) { $0 + $1 } }
  }

  private func refusal(_ plugin: LoadedPlugin, isChanged: Bool) -> CommandFailure {
    let file = plugin.file
    return CommandFailure(
      status: .notPermitted,
      message: isChanged
        ? "\(file.origin.title) is another file than the one that was agreed to"
        : "nobody agreed to run \(file.origin.title) on this machine",
      hint:
        "see what it may do: alpod info \(Command(file.origin.title, [])); then answer on a terminal, or add --trust \(file.digest)"
    )
  }
}

/// Looks at the running machine as any of its users would, for good: nothing is changed afterwards, and what a plugin asks
/// that nobody agreed to shows it nothing that is root's alone.
enum AnyUser {
  private static let identity: UInt32 = 65534

  static func become() throws(CommandFailure) {
    guard geteuid() == 0 else { return }
    // Of root, both set the real, effective and saved id (setuid(2)).
    guard setgroups(0, nil) == 0, setgid(identity) == 0, setuid(identity) == 0 else {
      throw CommandFailure(
        status: .notPermitted,
        message:
          "a plugin that nobody agreed to is not planned as root, and here is no user to become: \(Errno(rawValue: errno))",
        hint: "plan as a user who is not root, or on a simulated machine: --simulate")
    }
  }
}

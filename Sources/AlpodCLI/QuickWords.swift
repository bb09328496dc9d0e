/// Reads the words of `run` and `plan` that scripts and cron jobs give, without ArgumentParser, whose own start costs as
/// much as planning a machine that is right. It takes what it is sure of: for anything else (help, an abbreviation, a
/// mistake) it gives nil, and ArgumentParser decides. A test holds both against each other.
enum QuickWords {
  /// Whether a command is one of those that start scripts at once.
  static func starts(with word: String) -> Bool { word == "run" || word == "plan" }

  enum Call: Hashable {
    case run(RunCall)
    case plan(PlanCall)

    func carryOut() throws(CommandFailure) {
      switch self {
      case .run(let call): try call.carryOut()
      case .plan(let call): try call.carryOut()
      }
    }
  }

  static func call(_ arguments: [String]) -> Call? {
    guard let name = arguments.first, starts(with: name) else { return nil }
    var words = Words(arguments.dropFirst())
    guard words.read() else { return nil }
    if name == "run", words.isForRun {
      return .run(
        RunCall(
          request: words.request, yes: words.flags.contains("--yes"),
          rollback: words.flags.contains("--rollback"), probe: words.flags.contains("--probe"),
          dryRun: words.flags.contains("--dry-run")))
    }
    if name == "plan", words.isForPlan {
      return .plan(
        PlanCall(
          request: words.request, detailedExitCode: words.flags.contains("--detailed-exitcode")))
    }
    return nil
  }

  private struct Words {
    private var rest: ArraySlice<String>
    private var plugins: [String] = []
    private var settings: [String] = []
    private var directories: [String] = []
    private var single: [String: String] = [:]
    private(set) var flags: Set<String> = []

    init(_ rest: ArraySlice<String>) { self.rest = rest }

    private static let short = ["-y": "--yes", "-n": "--dry-run"]
    private static let shared: Set<String> = ["--simulate", "--offline", "--json"]
    private static let run: Set<String> = ["--yes", "--rollback", "--probe", "--dry-run"]
    private static let plan: Set<String> = ["--detailed-exitcode"]

    var isForRun: Bool { flags.isDisjoint(with: Self.plan) }
    var isForPlan: Bool { flags.isDisjoint(with: Self.run) }

    /// - Returns: whether every word was understood and the whole makes sense.
    mutating func read() -> Bool {
      while let word = rest.popFirst() {
        if !word.hasPrefix("-") {
          plugins.append(word)
          continue
        }
        let flag = Self.short[word] ?? word
        if Self.shared.contains(flag) || Self.run.contains(flag) || Self.plan.contains(flag) {
          flags.insert(flag)
        } else if !takeValue(word) {
          return false
        }
      }
      return !plugins.isEmpty && !(flags.contains("--simulate") && single["--root"] != nil)
    }

    private mutating func takeValue(_ word: String) -> Bool {
      guard let value = rest.popFirst(), !value.hasPrefix("-") else { return false }
      switch word {
      case "--set": settings.append(value)
      case "--plugins": directories.append(value)
      case "--user", "--root", "--fixture": single[word] = value
      default: return false
      }
      return true
    }

    var request: RunRequest {
      RunRequest(
        plugins: plugins, settings: settings, user: single["--user"], root: single["--root"],
        simulate: flags.contains("--simulate"), fixture: single["--fixture"],
        pluginDirectories: directories, offline: flags.contains("--offline"),
        json: flags.contains("--json"))
    }
  }
}

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
    private var users: [String] = []
    private var trust: [String] = []
    private var root: String?
    private var fixture: String?
    private(set) var flags: [String] = []

    init(_ rest: ArraySlice<String>) { self.rest = rest }

    private static let shared = ["--simulate", "--offline", "--json"]
    private static let run = ["--yes", "--rollback", "--probe", "--dry-run"]
    private static let plan = ["--detailed-exitcode"]

    var isForRun: Bool { !flags.contains(where: Self.plan.contains) }
    var isForPlan: Bool { !flags.contains(where: Self.run.contains) }

    /// - Returns: whether every word was understood and the whole makes sense.
    mutating func read() -> Bool {
      while let word = rest.popFirst() {
        if !word.hasPrefix("-") {
          plugins.append(word)
          continue
        }
        let flag = Self.long(word)
        if Self.shared.contains(flag) || Self.run.contains(flag) || Self.plan.contains(flag) {
          flags.append(flag)
        } else if !takeValue(word) {
          return false
        }
      }
      return !plugins.isEmpty && !(flags.contains("--simulate") && root != nil)
    }

    private static func long(_ word: String) -> String {
      switch word {
      case "-y": "--yes"
      case "-n": "--dry-run"
      default: word
      }
    }

    private mutating func takeValue(_ word: String) -> Bool {
      guard let value = rest.popFirst(), !value.hasPrefix("-") else { return false }
      switch word {
      case "--set": settings.append(value)
      case "--plugins": directories.append(value)
      case "--user": users.append(value)
      case "--trust":
        // What is no digest, ArgumentParser refuses with words.
        guard value.utf8.count == 64, value.allSatisfy(\.isHexDigit) else { return false }
        trust.append(value)
      case "--root": root = value
      case "--fixture": fixture = value
      default: return false
      }
      return true
    }

    var request: RunRequest {
      RunRequest(
        plugins: plugins, settings: settings, users: users, root: root,
        simulate: flags.contains("--simulate"), fixture: fixture,
        pluginDirectories: directories, offline: flags.contains("--offline"),
        json: flags.contains("--json"), trust: trust)
    }
  }
}

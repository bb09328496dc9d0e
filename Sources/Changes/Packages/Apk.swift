internal import Kernel
internal import Machines

/// How apk is called and what it answers (apk(8), apk-add(8)).
enum Apk {
  /// apk is asked in plain English, and reaches the network as the person who started alpod does.
  static var environment: [String: String] {
    Proxies.environment.merging(["HOME": "/root", "LC_ALL": "C"]) { _, own in own }
  }

  static func add(_ constraints: [String], options: [String] = []) -> Command {
    Command("apk", options + ["--no-interactive", "--no-progress", "add", "--"] + constraints)
  }

  static func remove(_ names: [String]) -> Command {
    Command("apk", ["--no-interactive", "--no-progress", "del", "--"] + names)
  }

  /// Has apk install packages that it left broken once more.
  static func fix(_ names: [String]) -> Command {
    Command("apk", ["--no-interactive", "--no-progress", "fix", "--"] + names)
  }

  // apk ends well although world, which it writes before its database, or a small file of a package was cut short.
  private static let leastRoom = 1 << 20

  static func confirmRoom(_ host: Host) throws(ChangeFailure) {
    for directory: MachinePath in ["/etc", World.path.parent, InstalledPackages.path.parent] {
      guard let left = (try? host.root.room(in: directory)) ?? nil, left < leastRoom else {
        continue
      }
      throw .packages(.noRoom(in: "\(directory)", left: left))
    }
  }

  /// Why a call failed.
  static func reason(_ result: CommandResult, machine: ModelMachine) -> PackageFailure {
    if result.ending == .timedOut { return .other("it took too long and was ended") }
    // A tagged one is another release's on purpose, and only for who asks for it by its tag.
    let repositories =
      (try? machine.fact(Repositories.self))?.active.filter { $0.tag == nil }.map(\.url) ?? []
    let release = (try? machine.fact(AlpineRelease.self))?.branch
    return PackageFailure.reason(
      in: result.errorText + "\n" + result.outputText, release: release, repositories: repositories)
  }

  /// Adds up what `apk info --size` prints: a title line for each package, then "34 MiB" or a number of bytes.
  static func totalSize(_ text: String) -> Int? {
    let units = ["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
    var total = 0, found = false, expects = false
    for line in text.split(separator: "\n") {
      if line.hasSuffix("installed size:") {
        expects = true
        continue
      }
      guard expects else { continue }
      expects = false
      let words = line.split(separator: " ")
      guard let first = words.first, let number = Double(first), number >= 0, number < 1e12 else {
        continue
      }
      total += Int(number * Double(units[words.count > 1 ? String(words[1]) : "B"] ?? 1))
      found = true
    }
    return found ? total : nil
  }
}

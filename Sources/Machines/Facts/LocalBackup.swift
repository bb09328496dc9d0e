public import Kernel

/// Alpine's way to keep the files of a machine that runs from memory: `lbu` packs /etc, and what /etc/apk/protected_paths.d
/// names, into an archive on a medium (lbu(8), alpine-conf).
public struct LocalBackup: Fact, Sendable {
  /// Whether the root directory lies in memory: what is changed there is gone after a reboot unless it is packed.
  public let isDiskless: Bool
  /// Where the archive goes, by /etc/lbu/lbu.conf: the name of a medium below /media (LBU_MEDIA), or a directory
  /// (LBU_BACKUPDIR, which goes before); nil when neither is named.
  public let medium: String?
  /// Paths beside /etc that are packed.
  public let included: [MachinePath]
  private let rules: [Rule]

  public static let list: MachinePath = "/etc/apk/protected_paths.d/lbu.list"

  /// A line of a list: "+" packs what is other than a package brought it, "!" all of it, "@" links alone, "-" nothing.
  private struct Rule {
    var sign: UInt8
    var path: MachinePath
  }

  /// apk's own (apk-tools, src/database.c): scripts of services are not packed unless a list names them.
  private static let builtIn = [
    Rule(sign: UInt8(ascii: "+"), path: "/etc"),
    Rule(sign: UInt8(ascii: "@"), path: "/etc/init.d"),
    Rule(sign: UInt8(ascii: "!"), path: "/etc/apk"),
  ]

  /// Whether a file or directory is packed.
  public func includes(_ path: MachinePath) -> Bool { Self.includes(path, rules) }

  /// What is said of a path goes before what is said of those above it; of two lines the last counts.
  private static func includes(_ path: MachinePath, _ rules: [Rule]) -> Bool {
    var place = path
    while place != .root {
      if let rule = rules.last(where: { $0.path == place }) {
        return rule.sign == UInt8(ascii: "+") || rule.sign == UInt8(ascii: "!")
      }
      place = place.parent
    }
    return false
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    let root = machine.isOffline ? nil : try machine.fileSystem(.root)
    let isInMemory = root == .tmpfs || root == FileSystemKind(name: "ramfs")
    let hasBackup = try machine.status("/etc/lbu") != nil
    var rules = builtIn
    let directory = list.parent
    for name in try machine.list(directory) ?? [] where name.hasSuffix(".list") {
      for line in try machine.read(directory.appending(name))?.lines ?? [].lines {
        if let rule = rule(line) { rules.append(rule) }
      }
    }
    var included: [MachinePath] = []
    for rule in rules.dropFirst(builtIn.count)
    where includes(rule.path, rules) && !included.contains(rule.path) {
      included.append(rule.path)
    }
    return Self(
      isDiskless: isInMemory && hasBackup, medium: try medium(machine), included: included,
      rules: rules)
  }

  /// A line without a sign packs; blanks are part of a name.
  private static func rule(_ line: ArraySlice<UInt8>) -> Rule? {
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    let hasSign = "+-@!".utf8.contains(first)
    let path = (hasSign ? line.dropFirst() : line).drop { $0 == UInt8(ascii: "/") }
    guard !path.isEmpty, let place = try? MachinePath("/" + path.text) else { return nil }
    return Rule(sign: hasSign ? first : UInt8(ascii: "+"), path: place)
  }

  private static func medium(_ machine: ModelMachine) throws(ReadFailure) -> String? {
    var values: [String: String] = [:]
    for line in try machine.read("/etc/lbu/lbu.conf")?.lines ?? [].lines {
      var text = line.trimmed
      if text.starts(with: "export ".utf8) { text = text.dropFirst("export ".utf8.count).trimmed }
      for variable in ["LBU_MEDIA", "LBU_BACKUPDIR"] where text.starts(with: "\(variable)=".utf8) {
        values[variable] = text.dropFirst(variable.utf8.count + 1).text
          .prefix { $0 != "#" }.split { "\"' \t".contains($0) }.joined()
      }
    }
    return ["LBU_BACKUPDIR", "LBU_MEDIA"].compactMap { values[$0] }.first { !$0.isEmpty }
  }
}

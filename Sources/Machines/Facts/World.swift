public import Kernel

/// What somebody asked to have installed: /etc/apk/world, one constraint each between blanks (apk-world(5)).
public struct World: Fact, Sendable {
  public static let path: MachinePath = "/etc/apk/world"

  /// The constraints as they stand: "podman", "podman=5.2", "x@edge", "!y".
  public let constraints: [String]

  public init(constraints: [String]) { self.constraints = constraints }

  /// The constraint on a package, whatever its version and tag; a conflict (`!name`) is none.
  public func constraint(on name: String) -> String? {
    constraints.first { Self.name(of: $0) == name && !$0.hasPrefix("!") }
  }

  /// The package's name in a constraint (apk-tools src/package.c, apk_blob_pull_dep).
  public static func name(of constraint: String) -> String {
    let bytes = constraint.utf8
    let start =
      bytes.first == UInt8(ascii: "!") ? bytes.index(after: bytes.startIndex) : bytes.startIndex
    let end = bytes[start...].firstIndex { isOperator($0) } ?? bytes.endIndex
    return start == bytes.startIndex && end == bytes.endIndex
      ? constraint : String(constraint[start..<end])
  }

  private static func isOperator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "~"),
      UInt8(ascii: "@"):
      true
    default: false
    }
  }

  /// The repository tag in a constraint; nil when there is none.
  public static func tag(of constraint: String) -> String? {
    guard let mark = constraint.firstIndex(of: "@") else { return nil }
    return String(constraint[mark...].dropFirst().prefix { !"<>=~".contains($0) })
  }

  /// The file's text with these constraints: apk sorts them by name, one a line.
  public var text: String {
    constraints.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0 + "\n" }.joined()
  }

  /// - Throws: `.malformed` for an entry that apk itself would stumble over: a single one blocks every change.
  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var constraints: [String] = []
    var number = 0
    for line in try machine.read(path)?.lines ?? [].lines {
      number += 1
      for word in line.words {
        let text = word.text
        guard isConstraint(text) else {
          throw .malformed(
            path, line: number,
            reason:
              "\"\(text.prefix(60))\" is no package constraint, and apk refuses every change while it is there"
          )
        }
        constraints.append(text)
      }
    }
    return Self(constraints: constraints)
  }

  /// apk-package(5): names are `[a-zA-Z0-9._+-]` and do not begin with a dash; virtual ones begin with a dot.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 128 else {
      return false
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        continue
      default: return false
      }
    }
    return true
  }

  private static func isConstraint(_ text: String) -> Bool {
    let name = name(of: text)
    // so:, cmd: and pc: names, and paths, are provides that may be asked for by name.
    guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      return isName(name) || name.utf8.first == UInt8(ascii: "/")
    }
    return isName(String(name[name.utf8.index(after: colon)...]))
  }
}

extension World {
  /// Whether a version is one that a constraint takes (apk-tools src/version.c, apk_version_match); one without an operator
  /// takes every version.
  public static func takes(_ version: String, _ constraint: String) -> Bool {
    let rest = constraint.drop { !"<>=~".contains($0) }
    let wanted = String(rest.drop { "<>=~".contains($0) })
    let operation = rest.prefix { "<>=~".contains($0) }
    if operation.isEmpty { return true }
    if operation.contains("~") {
      // Fuzzy: the first parts are the same.
      guard version.hasPrefix(wanted) else { return false }
      let next = version.dropFirst(wanted.count).first
      return next.map { !$0.isNumber && !$0.isLetter } ?? true
    }
    let found = PackageVersion(version), limit = PackageVersion(wanted)
    return operation.contains("=") && found == limit || operation.contains("<") && found < limit
      || operation.contains(">") && found > limit
  }
}

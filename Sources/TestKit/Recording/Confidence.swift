internal import FoundationEssentials
internal import Kernel
internal import Machines

/// What of a machine's files goes into a fixture that somebody sends to others: no password, no hash of one, no key, no
/// token, and of the processes nothing but which containers they look after.
enum Confidence {
  /// What is kept of a file's content; nil for nothing.
  static func kept(_ content: [UInt8], of path: MachinePath) -> [UInt8]? {
    if isSecret(path) { return nil }
    if path == InstalledPackages.path { return packages(content) }
    if path == "/etc/passwd" || path == "/etc/group" { return withoutHashes(content) }
    if path.isInside("/proc"), path.name == "environ" { return surroundings(content) }
    if path.isInside("/proc"), path.name == "cmdline" { return conmon(content) }
    if path.text.hasSuffix("/userdata/config.json") { return json(content, Runtime.self) }
    if path.text.contains("-images/"), path.name.hasPrefix("=") { return json(content, Image.self) }
    guard String(validating: content, as: UTF8.self) != nil else { return content }
    return Array(content.lines.map { masked($0) }.joined(separator: [UInt8(ascii: "\n")]))
      + (content.last == UInt8(ascii: "\n") ? [UInt8(ascii: "\n")] : [])
  }

  /// Whether a file is there to be kept from others.
  static func isSecret(_ path: MachinePath) -> Bool {
    if ["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-"].contains(path.text) {
      return true
    }
    let parts = path.components.map { $0.lowercased() }
    if parts.dropLast().contains(".ssh") || path.isInside("/etc/ssl/private") { return true }
    let name = parts.last ?? ""
    let endings = [".key", ".pem", ".p12", ".pfx", ".jks", ".kdbx", ".gpg"]
    if endings.contains(where: name.hasSuffix) || name.hasPrefix("id_") { return true }
    let words = ["auth.json", "password", "passphrase", "secret", "token", "credential"]
    return words.contains(where: name.contains) || name.hasPrefix("ssh_host_")
  }

  /// The lines of apk's database that anybody here reads.
  private static func packages(_ content: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    for line in content.lines {
      let isKept =
        line.isEmpty
        || line.count > 2 && line[line.startIndex + 1] == UInt8(ascii: ":")
          && "PVpf".utf8.contains(line[line.startIndex])
      if isKept { kept += line + [UInt8(ascii: "\n")] }
    }
    return kept
  }

  /// Old passwd files hold hashes where others say "x".
  private static func withoutHashes(_ content: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    for line in content.lines {
      var fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      if fields.count > 2, fields[1].count > 1 { fields[1] = ArraySlice("x".utf8) }
      kept += Array(fields.joined(separator: [UInt8(ascii: ":")])) + [UInt8(ascii: "\n")]
    }
    return kept
  }

  private static func surroundings(_ content: [UInt8]) -> [UInt8] {
    let kept = content.split(separator: 0).filter { $0.starts(with: "container=".utf8) }
    return kept.flatMap { $0 + [0] }
  }

  /// Who looks after which container; the words of other processes may hold anything.
  private static func conmon(_ content: [UInt8]) -> [UInt8]? {
    let words = content.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    guard let program = words.first, program == "conmon" || program.hasSuffix("/conmon"),
      let flag = words.firstIndex(of: "-n"), flag + 1 < words.count
    else { return nil }
    return Array("\(program)\0-n\0\(words[flag + 1])\0".utf8)
  }

  // MARK: Lines

  private static let names = [
    "password", "passphrase", "secret", "token", "api_key", "apikey", "private_key",
  ]

  /// A line without what is behind a name that speaks of secrets, and without the person in a URL.
  private static func masked(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let text = String(decoding: line, as: UTF8.self)
    let lower = text.lowercased()
    for name in names where lower.utf8.count == text.utf8.count {
      guard let found = lower.firstRange(of: name),
        let sign = lower[found.upperBound...].firstIndex(where: { $0 == "=" || $0 == ":" }),
        lower[found.upperBound..<sign].allSatisfy({
          $0.isLetter || $0.isNumber || "_-\"' ".contains($0)
        })
      else { continue }
      let end = text.utf8.index(
        text.utf8.startIndex,
        offsetBy: lower.utf8.distance(from: lower.utf8.startIndex, to: sign) + 1)
      return Array(text[..<end].utf8) + Array("\"left out\"".utf8)
    }
    guard let scheme = text.firstRange(of: "://") else { return Array(line) }
    let rest = text[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && !$0.isWhitespace }
    guard let at = host.lastIndex(of: "@") else { return Array(line) }
    return Array((text[..<scheme.upperBound] + "left-out" + text[at...]).utf8)
  }

  // MARK: podman's files

  private struct Runtime: Codable {
    var annotations: [String: String]?

    var kept: Runtime {
      Runtime(
        annotations: annotations?.filter { $0.key == ContainerDeclaration.annotation })
    }
  }

  private struct Image: Codable {
    struct Config: Codable {
      var User: String?
      var Labels: [String: String]?
    }
    var config: Config?
  }

  private static func json<T: Codable>(_ content: [UInt8], _ type: T.Type) -> [UInt8]? {
    guard let value = try? JSONDecoder().decode(type, from: Data(content)) else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let kept: any Encodable = (value as? Runtime)?.kept ?? value
    return (try? encoder.encode(kept)).map { [UInt8]($0) }
  }
}

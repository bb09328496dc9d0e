internal import Machines

/// Why apk cannot bring packages, told apart by what it printed.
public enum PackageFailure: Error, Hashable, Sendable {
  /// Nobody has a package of that name, and the indexes were there to look in.
  case noSuchPackage([String])
  /// Repositories whose index could not be fetched, with apk's own words.
  case noNetwork(repositories: [String], detail: String)
  /// There is no index for these repositories, and none may be fetched.
  case noIndex([String])
  /// The index names a file that the mirror no longer has.
  case staleIndex(String)
  /// The repositories are another release's.
  case wrongRelease(repositories: [String], release: String)
  /// The packages cannot be installed together, or a world entry cannot be satisfied.
  case conflict(String)
  case malformedWorld(String)
  /// A line of a file of apk's, a name or a URL, ends with a carriage return, which apk takes as a part of it.
  case carriageReturn(in: String, line: String)
  case notPermitted
  case locked
  /// The machine has no package database.
  case noDatabase
  /// The machine has no apk program.
  case noProgram
  /// The file system of a directory is as good as full; in bytes what is left on it.
  case noRoom(in: String, left: Int)
  case other(String)
}

extension PackageFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchPackage(let names):
      "no repository has \(names.joined(separator: ", ")): see whether the name is right and `apk update` has run"
    case .noNetwork(let repositories, let detail):
      "the package index of \(repositories.joined(separator: ", ")) cannot be fetched (\(detail)): "
        + "see whether the network and DNS work, then run the same command again"
    case .noIndex(let repositories):
      "there is no package index for \(repositories.joined(separator: ", ")) on this machine, and --offline forbids fetching it: "
        + "run without --offline, or `apk update` first"
    case .staleIndex(let detail):
      "the package index is older than the mirror (\(detail)): run `apk update`, then the same command again"
    case .wrongRelease(let repositories, let release):
      "\(repositories.joined(separator: ", ")) is not for this machine's release (\(release)): "
        + "correct /etc/apk/repositories; packages of another release break the system"
    case .conflict(let detail): "apk cannot select the packages:\n\(detail)"
    case .malformedWorld(let detail): "/etc/apk/world holds an entry that apk refuses: \(detail)"
    case .carriageReturn(let file, let line):
      "a line of \(file) ends with a carriage return (\(line)), which apk takes as a part of it: "
        + "take these out with `dos2unix \(file)`, then run the same command again"
    case .notPermitted: "apk may not read its database as this user: run alpod as root"
    case .locked: "another apk is running: wait for it, then run the same command again"
    case .noDatabase: "there is no package database (/lib/apk/db/installed): this is no Alpine root"
    case .noProgram:
      "there is no apk program on this machine, so packages cannot be added: is this Alpine Linux?"
    case .noRoom(let directory, let left):
      "no space is left on the file system of \(directory) (\(ByteCount.text(left))), and apk does not say when a small file "
        + "does not fit: make room, then run the same command again"
    case .other(let detail): "apk failed: \(detail)"
    }
  }

  /// Finds the reason in what apk printed.
  /// - Parameters:
  ///   - release: the machine's branch, "v3.20".
  ///   - repositories: the active repository URLs.
  static func reason(in complaint: String, release: String?, repositories: [String])
    -> PackageFailure
  {
    // A carriage return is no end of a line, but a part of what apk could not find.
    let lines = complaint.utf8.split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) }
    func line(with text: String) -> String? { lines.first { $0.contains(text) } }

    if line(with: "Unable to lock database: Permission denied") != nil
      || line(with: "Unable to open log: Permission denied") != nil
    {
      return .notPermitted
    }
    if line(with: "Unable to lock database") != nil { return .locked }
    if line(with: "Unable to read database") != nil { return .noDatabase }
    if let found = carriageReturn(lines) { return found }
    if let bad = line(with: "is not a valid world dependency")
      ?? line(with: "not a valid world dependency")
    {
      return .malformedWorld(plain(bad))
    }
    if let stale = line(with: "package mentioned in index not found") {
      return .staleIndex(plain(stale))
    }

    let missing = lines.filter { $0.hasSuffix("(no such package):") }.map {
      String($0.drop { $0 == " " }.prefix { $0 != " " })
    }
    guard missing.isEmpty else {
      return whyMissing(missing, lines: lines, release: release, repositories: repositories)
    }
    if let start = lines.firstIndex(where: { $0.contains("unable to select packages") }) {
      return .conflict(lines[(start + 1)...].joined(separator: "\n"))
    }
    let unreachable = warnings(lines)
    if !unreachable.isEmpty, line(with: "ERROR:") == nil || line(with: "temporary error") != nil {
      return .noNetwork(repositories: unreachable.map(\.url), detail: unreachable[0].reason)
    }
    return .other(lines.suffix(4).map(plain).joined(separator: "\n"))
  }

  private static func carriageReturn(_ lines: [String]) -> PackageFailure? {
    for line in lines {
      guard let place = line.unicodeScalars.firstIndex(of: "\r") else { continue }
      let word = line[..<place].split { $0 == " " || $0 == "'" || $0 == "[" }.last.map(String.init)
      if line.contains("(no such package):") || line.contains("valid world dependency") {
        return .carriageReturn(in: "/etc/apk/world", line: word ?? "")
      } else if line.contains("opening") {
        return .carriageReturn(in: "/etc/apk/repositories", line: word ?? "")
      }
    }
    return nil
  }

  /// "No such package" is apk's answer to a missing index as well; the warnings above it tell.
  private static func whyMissing(
    _ names: [String], lines: [String], release: String?, repositories: [String]
  ) -> PackageFailure {
    if let release {
      let foreign = repositories.filter { url in
        AlpineRelease.branch(in: url).map { $0 != release } ?? false
      }
      if !foreign.isEmpty { return .wrongRelease(repositories: foreign, release: release) }
    }
    let unreachable = warnings(lines)
    guard let first = unreachable.first else { return .noSuchPackage(names) }
    let urls = unreachable.map(\.url)
    if unreachable.allSatisfy({ $0.fromCache }) { return .noIndex(urls) }
    return .noNetwork(repositories: urls, detail: first.reason)
  }

  private struct Warning {
    var url: String
    var reason: String
    var fromCache: Bool
  }

  /// "WARNING: opening from cache URL: REASON", "WARNING: updating and opening URL: REASON".
  private static func warnings(_ lines: [String]) -> [Warning] {
    lines.compactMap { line in
      guard line.hasPrefix("WARNING: "), line.contains("opening") else { return nil }
      guard let url = line.split(separator: " ").first(where: { $0.contains("://") }) else {
        return nil
      }
      let reason = line.split(separator: " ").drop { $0 != url }.dropFirst().joined(separator: " ")
      let clean = url.hasSuffix(":") ? url.dropLast() : url
      return Warning(
        url: String(clean), reason: reason, fromCache: line.contains("opening from cache"))
    }
  }

  private static func plain(_ line: String) -> String {
    let text = line.drop { $0 == " " }
    return text.hasPrefix("ERROR: ") ? String(text.dropFirst(7)) : String(text)
  }
}

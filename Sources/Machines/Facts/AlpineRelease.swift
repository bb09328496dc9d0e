internal import Kernel

/// Which Alpine the machine runs (/etc/alpine-release of alpine-baselayout, /etc/os-release).
public struct AlpineRelease: Fact, Hashable, Sendable {
  /// As the file has it: "3.20.3", "3.23.0_alpha20250612"; nil when the machine is no Alpine.
  public let version: String?
  /// What os-release calls the system; for people.
  public let name: String

  public init(version: String?, name: String) {
    self.version = version
    self.name = name
  }

  /// "3.20"; nil for edge, whose version is a snapshot's, and for what is no Alpine.
  public var series: String? {
    // A snapshot's is "3.23.0_alpha20250612".
    guard let version, let first = version.utf8.firstIndex(of: UInt8(ascii: ".")),
      !Array(version.utf8)[...].holds("_alpha")
    else { return nil }
    let rest = version.utf8[version.utf8.index(after: first)...]
    let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? version.utf8.endIndex
    return String(version[..<end])
  }

  /// The directory of its packages on a mirror: "v3.20", "edge".
  public var branch: String? { version == nil ? nil : series.map { "v" + $0 } ?? "edge" }

  /// The branch that the URL of a repository names; nil when it names none, as `latest-stable` and a vendor's own.
  public static func branch(in url: String) -> String? {
    url.split(separator: "/").first { part in
      if part == "edge" { return true }
      return part.first == "v" && part.contains(".")
        && part.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
    }.map(String.init)
  }

  /// "Alpine 3.20", "Alpine edge", or the other system's own name.
  public var title: String {
    guard version != nil else { return name }
    return "Alpine " + (series ?? "edge")
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    let version = try machine.read("/etc/alpine-release")?.lines.first { _ in true }?.trimmed.text
    if let version, !version.isEmpty { return Self(version: version, name: "Alpine Linux") }
    let release = try machine.read("/etc/os-release") ?? []
    for line in release.lines where line.starts(with: Array("PRETTY_NAME=".utf8)) {
      let quoted = line.dropFirst("PRETTY_NAME=".utf8.count).trimmed.text
      return Self(version: nil, name: quoted.split(separator: "\"").joined())
    }
    return Self(version: nil, name: "an unknown system")
  }
}

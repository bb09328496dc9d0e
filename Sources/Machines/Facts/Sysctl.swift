public import Kernel

/// The name of a kernel setting, in the form that is its file below /proc/sys.
public struct SysctlKey: Hashable, Sendable {
  /// "net/ipv4/ip_forward".
  public let path: String

  /// sysctl(8): when the first separator is a slash, dots are part of names; when it is a dot, slashes are.
  public init(_ name: String) {
    let first = name.first { $0 == "." || $0 == "/" }
    path =
      first == "/"
      ? name : String(name.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
  }

  /// As people write it: "net.ipv4.ip_forward".
  public var name: String { String(path.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 }) }

  public var file: MachinePath { MachinePath("/proc/sys").appending(path) }
}

/// What the `sysctl` service sets at boot: the last assignment counts (aports main/openrc/sysctl.initd).
public struct BootSettings: Fact, Sendable {
  public struct Assignment: Hashable, Sendable {
    public let file: MachinePath
    /// From 1.
    public let line: Int
    public let value: String
  }

  private let assignments: [SysctlKey: Assignment]

  public subscript(key: SysctlKey) -> Assignment? { assignments[key] }

  /// /lib/sysctl.d and /usr/lib/sysctl.d first, a file of a name that /etc/sysctl.d has left out, then /etc/sysctl.d, then
  /// /etc/sysctl.conf. What lies in /run is gone at the next boot.
  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    var found: [SysctlKey: Assignment] = [:]
    let own = Set(try machine.list("/etc/sysctl.d") ?? [])
    for text in ["/lib/sysctl.d", "/usr/lib/sysctl.d", "/etc/sysctl.d"] {
      let directory = MachinePath(trusted: text)
      for name in try machine.list(directory) ?? [] where name.hasSuffix(".conf") {
        if directory != "/etc/sysctl.d" && own.contains(name) { continue }
        try take(directory.appending(name), machine, &found)
      }
    }
    try take("/etc/sysctl.conf", machine, &found)
    return Self(assignments: found)
  }

  private static func take(
    _ file: MachinePath, _ machine: ModelMachine, _ found: inout [SysctlKey: Assignment]
  ) throws(ReadFailure) {
    var number = 0
    for line in try machine.read(file)?.lines ?? [].lines {
      number += 1
      guard let (key, value) = parse(line) else { continue }
      found[key] = Assignment(file: file, line: number, value: value)
    }
  }

  /// `key = value` (sysctl.conf(5)); comments begin with # or ;.
  public static func parse(_ line: ArraySlice<UInt8>) -> (key: SysctlKey, value: String)? {
    let text = line.trimmed
    guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";"),
      let equals = text.firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    // A dash says that a failure does not matter; busybox does not know it.
    let name = text[..<equals].trimmed.drop { $0 == UInt8(ascii: "-") }.text
    guard name.contains(where: { $0 == "." || $0 == "/" }) else { return nil }
    return (SysctlKey(name), plain(text[text.index(after: equals)...]))
  }

  /// Values of several numbers are told apart by blanks, of whichever kind.
  public static func plain(_ value: ArraySlice<UInt8>) -> String {
    value.words.map(\.text).joined(separator: " ")
  }
}

extension ModelMachine {
  /// What the running kernel has a setting at; nil where it knows none of that name.
  public func setting(_ key: SysctlKey) throws(ReadFailure) -> String? {
    guard let content = try read(key.file) else { return nil }
    return BootSettings.plain(content.filter { $0 != UInt8(ascii: "\n") }[...])
  }
}

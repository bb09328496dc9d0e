import CProbe
import Glibc
import Testing

/// The program script-probe, started with its output in a pipe.
///
/// SCRIPT_PROBE names another one than that beside the tests: the same, linked as the product is.
final class Probe {
  let pid: pid_t
  private let input: CInt
  private let output: CInt
  private var unread: [UInt8] = []

  static let isRoot = geteuid() == 0

  init(_ arguments: [String], environment: [String] = []) throws {
    var toChild: [CInt] = [0, 0], fromChild: [CInt] = [0, 0]
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    try #require(
      socketpair(AF_UNIX, kind, 0, &toChild) == 0 && socketpair(AF_UNIX, kind, 0, &fromChild) == 0)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], 2)
    let path = try Self.path
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = (environment + ["PATH=/usr/bin:/bin"]).map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, path, &actions, nil, &argv, &envp)
    close(toChild[0])
    close(fromChild[1])
    (input, output, pid) = (toChild[1], fromChild[0], child)
    try #require(result == 0, "\(path)")
  }

  private static var path: String {
    get throws {
      if let given = getenv("SCRIPT_PROBE") { return String(cString: given) }
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = readlink("/proc/self/exe", &buffer, buffer.count)
      try #require(length > 0)
      let own = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/script-probe"
    }
  }

  /// The next line of what it says; nil at the end.
  func line() -> String? {
    while true {
      if let end = unread.firstIndex(of: 10) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return nil }
      unread += buffer[..<count]
    }
  }

  /// Lets it end, and waits for that.
  /// - Returns: its exit status; 128 and the signal if it died of one.
  func finish() -> Int32 {
    close(input)
    while line() != nil {}
    close(output)
    var status: CInt = 0
    waitpid(pid, &status, 0)
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }
}

/// What the kernel tells of processes.
enum Processes {
  static func read(_ pid: some CustomStringConvertible, _ name: String) -> [UInt8] {
    let descriptor = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var all: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  /// The words behind a name in /proc/PID/status or /proc/PID/limits.
  static func words(
    _ pid: some CustomStringConvertible, _ file: String, _ name: String
  ) -> [String] {
    let text = String(decoding: read(pid, file), as: UTF8.self)
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
      return []
    }
    return line.dropFirst(name.count).split { $0 == " " || $0 == "\t" || $0 == ":" }
      .map(String.init)
  }

  /// The names in a directory; nil when it cannot be read.
  static func list(_ path: String) -> [String]? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether nothing is where a process's paths begin: neither a name, nor even a directory.
  static func hasEmptyRoot(_ pid: Int32) -> Bool {
    if let names = list("/proc/\(pid)/root/") { return names.isEmpty }
    return errno == ENOENT || errno == ESRCH
  }

  static func link(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &buffer, buffer.count)
    guard length > 0 else { return "" }
    return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func exists(_ pid: Int32) -> Bool { access("/proc/\(pid)", F_OK) == 0 }

  /// Whether it is gone after a while.
  static func vanishes(_ pid: Int32) -> Bool {
    let deadline = ContinuousClock.now + .seconds(PROBE_PATIENCE)
    while ContinuousClock.now < deadline {
      if !exists(pid) || words(pid, "status", "State").first == "Z" { return true }
      usleep(10_000)
    }
    return false
  }

  /// The children of a process by their names.
  static func children(of parent: Int32) -> [(pid: Int32, name: String)] {
    (list("/proc") ?? []).compactMap(Int32.init)
      .filter { words($0, "status", "PPid").first == "\(parent)" }
      .map { ($0, words($0, "status", "Name").first ?? "") }
  }

  /// Whether a text stands anywhere in a process's memory; nil when that cannot be looked at.
  static func memory(of pid: Int32, contains text: String) -> Bool? {
    let descriptor = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let wanted = Array(text.utf8)
    for line in String(decoding: read(pid, "maps"), as: UTF8.self).split(separator: "\n") {
      let bounds = line.prefix { $0 != " " }.split(separator: "-")
        .compactMap { Int(String($0), radix: 16) }
      guard bounds.count == 2, line.contains(" r"), !line.contains("[v") else { continue }
      var region = [UInt8](repeating: 0, count: min(bounds[1] - bounds[0], 32 << 20))
      let count = pread(descriptor, &region, region.count, bounds[0])
      guard count > 0 else { continue }
      if probe_contains(region, count, wanted, wanted.count) { return true }
    }
    return false
  }
}

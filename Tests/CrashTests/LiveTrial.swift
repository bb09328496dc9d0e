import Foundation
import Kernel
import MachineSupport
import Synchronization
import Testing

/// The whole rootless run on a machine with real OpenRC and podman, watched by strace, cut off or disturbed at one of its
/// system calls.
enum LiveTrial {
  static var canRun: Bool { Laboratory.canRun && Trial.canRun }
  /// Whether machines have apk itself.
  static var hasApk: Bool { ProcessInfo.processInfo.environment["ALPOD_ALPINE_ROOT"] != nil }
  static let hasShadow = FileManager.default.isExecutableFile(atPath: "/usr/sbin/usermod")
  static let reason: Comment = "needs root, strace, podman, crun, openrc and uidmap"

  /// Whether everything is tried, not a sample.
  static var isWhole: Bool { ProcessInfo.processInfo.environment["ALPOD_CRASH_ALL"] == "1" }

  static let run = "/run/build/alpod run rootless --user admin --yes"
  static let strace = ["/usr/bin/strace:/run/strace"]

  /// What of a machine does not lie on its disk: what runs, what is mounted and how.
  static let facts = """
    echo "facts:"
    ls /run/openrc/started
    grep -oE ' / / [a-z,]*( shared)?' /proc/self/mountinfo | head -n 1
    grep -c ' /sys/fs/cgroup .* - cgroup2 ' /proc/self/mountinfo
    rc-update -q show default
    """

  /// What an undisturbed run does, and the machine before and after it.
  struct Reference: Sendable {
    var start: MachineTree
    var end: MachineTree
    var facts: String
    var trace: Trace
  }

  /// The same for every machine, so it is found out once.
  static let reference: Result<Reference, any Error> = Result { try makeReference() }

  private static func makeReference() throws -> Reference {
    try Laboratory.with { machine in
      _ = try machine.script("true")
      let start = try machine.tree()
      let ending = try machine.script(
        """
        /run/strace -y -s 400 -e trace=\(Trace.expression) -o /tmp/trace \(run) >/dev/null || exit 9
        \(facts)
        """, binds: strace)
      try #require(ending.status == 0, "\(ending.output)\(ending.errors)")
      let trace = Trace(try machine.read("tmp/trace"))
      try FileManager.default.removeItem(at: machine.directory.appending(path: "tmp/trace"))
      return Reference(
        start: start, end: try machine.tree(), facts: ending.facts, trace: trace)
    }
  }

  /// Says how far a long suite is.
  static func note(_ suite: String, _ index: Int, _ count: Int, _ complaints: [String]) {
    guard isWhole else { return }
    for complaint in complaints { print("\(suite): \(complaint)") }
    if index % 20 == 19 { print("\(suite): \(index + 1) of \(count)") }
    fflush(nil)
  }

  /// Calls spread over the whole run, so many of them; all of them when everything is tried.
  static func sample<T>(_ all: [T], _ count: Int) -> [T] {
    if isWhole || all.count <= count { return all }
    return (0..<count).map { all[$0 * all.count / count] }
  }
}

extension Laboratory.Ending {
  /// What `LiveTrial.facts` printed.
  var facts: String {
    guard let start = output.range(of: "facts:\n") else { return "" }
    return String(output[start.upperBound...])
  }

  /// The status that a script printed as "NAME: STATUS".
  func status(of name: String) -> Int32? {
    for line in output.split(separator: "\n") where line.hasPrefix(name + ": ") {
      return Int32(line.dropFirst(name.count + 2))
    }
    return nil
  }
}

/// Counts from several threads.
final class Counter: Sendable {
  private let number = Mutex(0)
  var count: Int { number.withLock { $0 } }
  func add() { number.withLock { $0 += 1 } }
}

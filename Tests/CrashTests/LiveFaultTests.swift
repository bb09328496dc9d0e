import Foundation
import Kernel
import MachineSupport
import Testing

/// System calls that fail, in the whole rootless run on a live machine: the run ends with a message that names the file, and
/// what it had made is taken back to the byte. Or the failure was of no consequence, and the end is the end.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct LiveFaultTests {
  static let errors = ["EIO", "ENOSPC", "EROFS", "EDQUOT", "EINTR"]

  private static func fail(_ call: Trace.Call, _ error: String, _ reference: LiveTrial.Reference)
    throws -> [String]
  {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        /run/strace -y -e trace=\(call.name) -e inject=\(call.name):error=\(error):when=\(call.number) \
          -o /run/trace \(LiveTrial.run) >/dev/null 2>/srv/errors
        status=$?
        echo "run: $status"
        [ $status != 0 ] || exit 0
        /run/build/alpod recover --take-back --json >/dev/null; echo "recover: $?"
        /run/build/alpod undo --yes >/run/undone 2>&1; echo "undo: $?"
        cat /run/undone
        """, binds: LiveTrial.strace)
      let place = "\(error) from \(call)"
      let tree = try machine.tree()
      guard let status = ending.status(of: "run") else {
        return ["\(place): \(ending.output)\(ending.errors)"]
      }
      if status == 0 {
        return tree.differences(from: reference.end).map { "\(place), of no consequence: \($0)" }
      }
      var complaints: [String] = []
      let message = try machine.read("srv/errors")
      if status >= 128 || !message.contains("alpod: ") || !call.isNamed(in: message) {
        complaints.append("\(place): status \(status), \(message)")
      }
      if ending.status(of: "recover") != 0
        || ending.status(of: "undo") != 0 && !ending.output.contains("nothing to take back")
      {
        complaints.append("\(place): \(ending.output)\(ending.errors)")
      }
      return complaints + tree.differences(from: reference.start).map { "\(place): \($0)" }
    }
  }

  @Test func `a call that fails`() throws {
    let reference = try LiveTrial.reference.get()
    let all = reference.trace.calls.flatMap { call in Self.errors.map { (call, $0) } }
    // Every error comes up, at other calls each time.
    let chosen = LiveTrial.sample(all, 17)
    let complaints = concurrently(Array(chosen.enumerated())) { index, fault in
      let complaints = try Self.fail(fault.0, fault.1, reference)
      LiveTrial.note("fault", index, chosen.count, complaints)
      return complaints
    }
    #expect(complaints == [])
    print("\(chosen.count) faults of \(all.count)")
  }
}

extension Trace.Call {
  /// Whether a message is about what the call was made for.
  fileprivate func isNamed(in message: String) -> Bool {
    let path = subject.split(separator: " ").first.map(String.init) ?? ""
    // Where a run of these writes what it says.
    if path == "/dev/null" { return message.contains("what was said could not be written") }
    guard path.hasPrefix("/"), name != "mount" else { return true }
    // The file itself, or for a directory what lies in it. Of temporaries and locks that is the file that they are for.
    let isFor = #"/\.([^/]*)\.alpod-run-[0-9]+$|\.lock\.alpod$"#
    let place = path.range(of: isFor, options: .regularExpression).map { path[..<$0.lowerBound] }
    return message.contains(place ?? path[...])
  }
}

import Foundation
import Kernel
import MachineSupport
import Synchronization
import Testing

/// alpod killed at every system call by which it changes something, in the whole rootless run on a live machine. Programs
/// that it had started go on by themselves. What is recovered is the start or the end, to the byte.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct LiveKillTests {
  enum Way: String, CaseIterable { case finish = "--finish", takeBack = "--take-back" }

  private struct Outcome {
    var trace: Trace
    /// Where it was killed; nil when the run came to its end.
    var hit: Trace.Call? { trace.wasKilled ? trace.calls.last?.unnumbered : nil }
    var complaints: [String] = []
  }

  private static func kill(at call: Trace.Call, _ way: Way, _ reference: LiveTrial.Reference) throws
    -> Outcome
  {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        /run/strace -y -s 400 -e trace=\(call.name) -e inject=\(call.name):signal=KILL:when=\(call.number) \
          -o /run/trace \(LiveTrial.run) >/dev/null 2>&1
        echo "run: $?"
        /run/build/alpod recover \(way.rawValue) --json
        echo "recover: $?"
        \(LiveTrial.facts)
        cp /run/trace /srv/trace
        """, binds: LiveTrial.strace)
      let trace = Trace(try machine.read("srv/trace"))
      let place = "killed at \(call), \(way.rawValue)"
      var outcome = Outcome(trace: trace)
      if ending.status(of: "recover") != 0 {
        outcome.complaints.append("\(place): \(ending.output)\(ending.errors)")
      }
      let tree = try machine.tree()
      // Before the first record and after the last one there is nothing to recover.
      let isRecovered = ending.output.contains("\"event\":")
      let wanted =
        ending.status(of: "run") == 0
        ? [reference.end]
        : isRecovered
          ? [way == .finish ? reference.end : reference.start] : [reference.start, reference.end]
      if !wanted.contains(tree) {
        outcome.complaints += tree.differences(from: wanted[0]).map { "\(place): \($0)" }
      }
      if isRecovered, way == .finish, ending.facts != reference.facts {
        outcome.complaints.append("\(place): \(ending.facts)")
      }
      return outcome
    }
  }

  @Test func `killed at any of its calls`() throws {
    let reference = try LiveTrial.reference.get()
    #expect(reference.start != reference.end)
    #expect(reference.trace.calls.count > 200)
    let targets = LiveTrial.sample(reference.trace.calls, 12)
    let hits = Mutex<Set<Trace.Call>>([])
    let complaints = concurrently(Array(targets.enumerated())) { index, call in
      // In the sample one of both ways, else both.
      let ways = LiveTrial.isWhole ? Way.allCases : [Way.allCases[index % 2]]
      var complaints: [String] = []
      for way in ways {
        var aim = call
        for _ in 0..<10 {
          let outcome = try Self.kill(at: aim, way, reference)
          complaints += outcome.complaints
          if let hit = outcome.hit { hits.withLock { _ = $0.insert(hit) } }
          if outcome.hit == call.unnumbered { break }
          // What a run does first depends on which of its scripts is quicker: the call was earlier, or is yet to come.
          let seen = outcome.trace.calls.first { $0.unnumbered == call.unnumbered }
          aim.number = seen?.number ?? aim.number + 1
        }
      }
      LiveTrial.note("kill", index, targets.count, complaints)
      return complaints
    }
    #expect(complaints == [])
    let wanted = Set(targets.map(\.unnumbered))
    let missed = wanted.subtracting(hits.withLock { $0 })
    print(
      "killed at \(wanted.count - missed.count) of \(wanted.count) distinct calls; the run makes \(reference.trace.calls.count)"
    )
    #expect(missed.map(\.description).sorted() == [])
  }
}

extension Trace.Call {
  /// Without its place among others of its name, which differs between runs.
  var unnumbered: Trace.Call {
    var call = self
    call.number = 0
    return call
  }
}

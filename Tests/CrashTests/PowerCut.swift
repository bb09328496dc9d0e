import Foundation
import Kernel
import MachineSupport
import Synchronization
import Testing

/// What a run brings to the disk, and when: the machine as it is in memory at each call that synchronises something. Between
/// two such calls nothing reaches the disk for certain.
struct PowerCut: Sendable {
  /// fsync, fdatasync or syncfs, and what it was called for.
  struct Sync: Sendable {
    var call: String
    var path: String
    /// The machine at that time.
    var memory: Inodes

    var isOfJournal: Bool { path.hasPrefix("/var/lib/alpod/runs/") }

    var description: String { "\(call) \(path)" }
  }

  /// What else than what was synchronised is on the disk when the power goes: the kernel writes in whatever order it likes.
  enum Rest: String, CaseIterable, Sendable {
    case nothing
    case allButTheJournal = "all but the journal"
    case theJournalAlone = "the journal alone"
  }

  var start: Inodes
  var syncs: [Sync]
  var end: Inodes
  /// The machine before the run and after it, for comparison.
  var startTree: MachineTree
  var endTree: MachineTree

  /// Neither is written to by anybody, and what runs has its own.
  static let except: Set<String> = ["srv", "proc", "sys", "dev", "run"]
  private static let state = "var/lib/alpod"

  // MARK: Recording

  /// Runs alpod on a new machine and stops it after every call that synchronises something.
  /// - Parameters:
  ///   - killed: the command before it, which is killed at its call of that kind and number, and has then synchronised what
  ///     it has.
  ///   - status: what the command ends with.
  ///   - prepare: makes the machine ready; it is booted once afterwards.
  static func record(
    _ command: String, after killed: (command: String, call: String, number: Int)? = nil,
    status: Int32 = 0, prepare: (Laboratory) throws -> Void = { _ in }
  ) throws -> PowerCut {
    try Laboratory.with { machine in
      try prepare(machine)
      _ = try machine.script("true")
      let start = try Inodes(machine.directory.path, except: except)
      let startTree = try machine.tree()
      let before = killed.map {
        "watch '\($0.command)' \($0.call) -e inject=\($0.call):signal=KILL:when=\($0.number); [ $? = 137 ] || exit 8; "
      }
      let script = Running(machine, (before ?? "") + "watch '\(command)' fsync; exit $?")
      script.start()
      var syncs: [Sync] = []
      let stopped = machine.directory.appending(path: "srv/stopped").path
      while script.ending == nil {
        guard FileManager.default.fileExists(atPath: stopped) else {
          usleep(2000)
          continue
        }
        let memory = try Inodes(
          machine.directory.path, except: except, earlier: syncs.last?.memory ?? start)
        let line = try machine.read("srv/stopped").trimmingCharacters(in: .newlines)
        let words = line.split(separator: " ").map(String.init)
        try #require(words.count == 2, "\(line)")
        syncs.append(Sync(call: words[0], path: words[1], memory: memory))
        try FileManager.default.removeItem(atPath: stopped)
      }
      let ending = try #require(script.ending)
      try #require(ending.status == status, "\(ending.output)\(ending.errors)")
      try #require(!syncs.isEmpty)
      return PowerCut(
        start: start, syncs: syncs,
        end: try Inodes(machine.directory.path, except: except, earlier: syncs.last?.memory),
        startTree: startTree, endTree: try machine.tree())
    }
  }

  private final class Running: Sendable {
    private let machine: Laboratory
    private let commands: String
    private let result = Mutex<Laboratory.Ending?>(nil)

    init(_ machine: Laboratory, _ commands: String) {
      self.machine = machine
      self.commands = commands
    }

    var ending: Laboratory.Ending? { result.withLock { $0 } }

    func start() {
      Thread.detachNewThread {
        let ending = self.run()
        self.result.withLock { $0 = ending }
      }
    }

    /// Says in /srv/stopped after which call alpod waits, and lets it go on once that is gone.
    private func run() -> Laboratory.Ending {
      do {
        return try machine.script(
          """
          seen=0
          watch() {
            command=$1; call=$2; shift 2
            /run/strace -A -y -e trace=fsync,fdatasync,syncfs,$call -e inject=fsync,fdatasync,syncfs:signal=STOP "$@" \
              -o /run/trace sh -c "echo \\$\\$ >/run/pid; exec $command" >/run/output 2>&1 &
            strace=$!
            while kill -0 $strace 2>/dev/null; do
              now=$(grep -c 'stopped by SIGSTOP' /run/trace 2>/dev/null)
              if [ "${now:-0}" -gt $seen ]; then
                seen=$now
                sed -nE 's/^(fsync|fdatasync|syncfs)\\([0-9]+<([^>]*)>.*/\\1 \\2/p' /run/trace | sed -n "${now}p" >/srv/stopped.new
                mv /srv/stopped.new /srv/stopped
                while [ -e /srv/stopped ]; do usleep 2000; done
                kill -CONT $(cat /run/pid)
              fi
              usleep 2000
            done
            wait $strace || { status=$?; cat /run/output; return $status; }
          }
          \(commands)
          """, binds: LiveTrial.strace)
      } catch {
        return Laboratory.Ending(status: -1, output: "", errors: "\(error)")
      }
    }
  }

  // MARK: Cutting

  /// A moment at which the power goes: after so many of the calls, before the next one.
  struct Moment: Sendable, CustomStringConvertible {
    var after: Int
    var rest: Rest
    var description: String { "after \(after) calls, on the disk: \(rest.rawValue) of the rest" }
  }

  var moments: [Moment] {
    (0...syncs.count).flatMap { after in Rest.allCases.map { Moment(after: after, rest: $0) } }
  }

  /// What is on the disk then.
  /// - Parameter skipping: calls that are not made, as in an alpod that lacks them.
  func disk(at moment: Moment, skipping: (Sync) -> Bool = { _ in false }) -> Inodes {
    var disk = start
    for sync in syncs.prefix(moment.after) where !skipping(sync) {
      if sync.call == "syncfs" {
        disk = sync.memory
      } else {
        disk.synchronize(sync.path, in: sync.memory)
      }
    }
    let memory = moment.after < syncs.count ? syncs[moment.after].memory : end
    return switch moment.rest {
    case .nothing: disk
    case .allButTheJournal: memory.replacing(Self.state, from: disk)
    case .theJournalAlone: disk.replacing(Self.state, from: memory)
    }
  }

  /// Boots a machine with what was on the disk, and recovers it.
  /// - Parameter options: what the machine is made with.
  /// - Returns: what is not as it has to be.
  func recover(_ disk: Inodes, _ way: LiveKillTests.Way, _ place: String, endsSurely: Bool) throws
    -> [String]
  {
    try Laboratory.with { machine in
      try disk.materialize(at: machine.directory.path, except: Self.except)
      let ending = try machine.script(
        "/run/build/alpod recover \(way.rawValue) --json; echo \"recover: $?\"")
      guard ending.status(of: "recover") == 0 else {
        return [
          "\(place), \(way.rawValue): it is not recovered: \(ending.output)\(ending.errors)"
        ]
      }
      let tree = try machine.tree()
      let isRecovered = ending.output.contains("\"event\":")
      let wanted =
        endsSurely
        ? [endTree]
        : isRecovered ? [way == .finish ? endTree : startTree] : [startTree, endTree]
      if wanted.contains(tree) { return [] }
      return tree.differences(from: wanted[0]).map { "\(place), \(way.rawValue): \($0)" }
    }
  }
}

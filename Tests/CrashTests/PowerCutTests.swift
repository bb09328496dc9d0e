import Foundation
import Kernel
import MachineSupport
import Testing

/// The power goes at any moment: of what was written, only what was synchronised is certain to be on the disk. Recovered
/// after the next boot, the machine is as at the start or at the end, to the byte.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct PowerCutTests {
  private static let rootless = Result { try PowerCut.record(LiveTrial.run) }

  /// Files alone, something of each kind.
  private static let files = Result {
    try PowerCut.record(trial) { machine in
      try machine.write(Trial.plugin, to: "root/trial.lua")
      for (name, text) in Trial.files { try machine.write(text, to: "etc/\(name)") }
    }
  }

  private static let trial = "/run/build/alpod run /root/trial.lua --yes"

  /// A service, files of each kind, and one that is not to be.
  private static func writeFailing(_ machine: Laboratory) throws {
    let failing = Trial.plugin
      .replacing(
        "needs = {", with: "needs = { services = { \"local\" }, commands = { \"/bin/false\" },"
      )
      .replacing(
        "setup = function(host)",
        with: """
          setup = function(host)
            host.service.enable{ name = "local", runlevel = "default" }
          """
      )
      .replacing(
        "host.file.remove(\"/etc/gone\")",
        with: """
          host.file.remove("/etc/gone")
            host.file.write{ path = "/etc/not", content = "not\\n", validate = { "/bin/false" } }
          """)
    try machine.write(failing, to: "root/trial.lua")
    for (name, text) in Trial.files { try machine.write(text, to: "etc/\(name)") }
  }

  private static let rollback = Result {
    try PowerCut.record("\(trial) --rollback", status: 1, prepare: writeFailing)
  }

  private static let takeBack = Result {
    try PowerCut.record(
      "/run/build/alpod recover --take-back", after: (trial, "renameat2", 3), prepare: writeFailing)
  }

  /// Killed when all is made, and of that nothing is on the disk.
  private static let finish = Result {
    try PowerCut.record(
      "/run/build/alpod recover --finish", after: (trial, "unlinkat", 1)
    ) { machine in
      try machine.write("kept\n", to: "etc/kept")
      try machine.write(
        """
        return { api = 1, name = "trial", summary = "A file", needs = { files = { "/etc/*" } },
          setup = function(host) host.file.write{ path = "/etc/kept", content = "other\\n" } end }
        """, to: "root/trial.lua")
    }
  }

  private static let undo = Result {
    try PowerCut.record("/run/build/alpod undo --yes") { machine in
      try machine.write(Trial.plugin, to: "root/trial.lua")
      for (name, text) in Trial.files { try machine.write(text, to: "etc/\(name)") }
      let ending = try machine.script(trial)
      try #require(ending.status == 0, "\(ending.output)\(ending.errors)")
    }
  }

  /// No content with which a mode or an owner would reach the disk.
  private static let access = Result {
    try PowerCut.record(trial) { machine in
      try machine.write("kept\n", to: "etc/kept")
      try machine.write(
        """
        return { api = 1, name = "trial", summary = "A mode",
          needs = { files = { "/etc/*" } },
          setup = function(host)
            host.file.write{ path = "/etc/kept", content = "kept\\n", mode = "0600" }
          end }
        """, to: "root/trial.lua")
    }
  }

  /// A program's work before any file's, and after all of them.
  private static let service = Result {
    try PowerCut.record(trial) { machine in
      try machine.write(
        """
        return { api = 1, name = "trial", summary = "A service, a file, a service",
          needs = { services = { "local", "cgroups" }, files = { "/etc/new" } },
          setup = function(host)
            host.service.enable{ name = "local", runlevel = "default" }
            host.file.write{ path = "/etc/new", content = "new\\n" }
            host.service.enable{ name = "cgroups", runlevel = "default" }
          end }
        """, to: "root/trial.lua")
    }
  }

  /// - Parameter isTakenBack: whether it ends as it starts, so that there is no other way to recover.
  private func cut(
    _ recorded: Result<PowerCut, any Error>, _ count: Int, isTakenBack: Bool = false
  ) throws {
    let run = try recorded.get()
    let made = run.endTree.differences(from: run.startTree)
    #expect(made.isEmpty == isTakenBack, "\(made)")
    let moments = LiveTrial.sample(run.moments, count)
    let complaints = concurrently(Array(moments.enumerated())) { index, moment in
      let ways =
        isTakenBack
        ? [.takeBack]
        : LiveTrial.isWhole
          ? LiveKillTests.Way.allCases
          : [LiveKillTests.Way.allCases[index / PowerCut.Rest.allCases.count % 2]]
      var complaints: [String] = []
      for way in ways {
        complaints += try run.recover(
          run.disk(at: moment), way, "\(moment)", endsSurely: moment.after == run.syncs.count)
      }
      LiveTrial.note("power cut", index, moments.count, complaints)
      return complaints
    }
    #expect(complaints == [])
    print("power cut at \(moments.count) moments; the run synchronises \(run.syncs.count) times")
  }

  @Test func `in the whole rootless run`() throws { try cut(Self.rootless, 9) }
  @Test func `while files are changed`() throws { try cut(Self.files, 4) }
  @Test func `while a mode is set`() throws { try cut(Self.access, 3) }
  @Test func `while services are enabled`() throws { try cut(Self.service, 4) }

  @Test func `while a run is rolled back`() throws { try cut(Self.rollback, 3, isTakenBack: true) }
  @Test func `while a killed run is taken back`() throws {
    try cut(Self.takeBack, 3, isTakenBack: true)
  }
  @Test func `while a killed run is finished`() throws { try cut(Self.finish, 3) }
  @Test func `while a run is undone`() throws { try cut(Self.undo, 3) }

  // MARK: Without one of the calls

  /// What an alpod would lack that was built without one of its calls.
  enum Lack: String, CaseIterable, Sendable {
    case journal = "the journal's records are not synchronised"
    case images = "the contents of files are not synchronised"
    case first = "the journal's own directory is not synchronised"
    case content = "new files are not synchronised"
    case names = "directories are not synchronised"
    case programs = "what programs did is not synchronised"
    case everything = "there is no journal"
  }

  /// A suite like this one that finds nothing proves nothing: without any one of the calls it has to find something. Here the
  /// calls are left out of what was recorded; `make mutants` leaves them out of alpod.
  @Test(arguments: Lack.allCases)
  func `an alpod that lacks one of its calls is found out`(_ lack: Lack) throws {
    let run =
      switch lack {
      case .names, .content, .images: try Self.files.get()
      case .first, .journal, .programs, .everything: try Self.service.get()
      }
    let lacking = run.syncs.filter { lack.concerns($0) }
    #expect(!lacking.isEmpty || lack == .everything, "\(run.syncs.map(\.description))")
    var isFound = false
    for moment in run.moments.reversed() where !isFound {
      var disk = run.disk(at: moment) { lack.concerns($0) }
      if lack == .everything { disk = disk.removing("var/lib/alpod") }
      guard lack == .everything || disk.paths() != run.disk(at: moment).paths() else { continue }
      for way in LiveKillTests.Way.allCases where !isFound {
        isFound =
          try !run.recover(
            disk, way, "\(moment)", endsSurely: moment.after == run.syncs.count
          ).isEmpty
      }
    }
    #expect(isFound)
  }
}

extension PowerCutTests.Lack {
  /// Whether the call is one of those that are lacking.
  func concerns(_ sync: PowerCut.Sync) -> Bool {
    let name = sync.path.split(separator: "/").last ?? ""
    return switch self {
    case .journal: sync.call == "fdatasync" && name == "journal"
    case .images: sync.call == "fdatasync" && name == "images"
    case .first: sync.call == "syncfs" && sync.isOfJournal
    case .content: sync.call == "syncfs" && !sync.isOfJournal && sync.path != "/"
    case .names: sync.call == "fsync"
    case .programs: sync.call == "syncfs" && sync.path == "/"
    case .everything: false
    }
  }
}

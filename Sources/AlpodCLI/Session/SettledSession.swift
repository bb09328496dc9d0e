internal import Glibc
internal import Kernel
internal import Machines
internal import PluginKit
internal import Planning
internal import Primitives

/// What a run looks at is noted, so that the same run, where all of that is as it was, need not be worked out again. Only
/// for plugins that are part of alpod and runs that nothing but the machine's files decides.
struct SettledSession {
  private let runs: SettledRuns
  private let machine: LiveMachine
  private let words: String
  private let recorder: ReadingRecorder

  /// Nil for a run that is always worked out.
  init?(_ call: RunCall, root: Root?) {
    let request = call.request
    guard let root, geteuid() == 0, !call.probe, request.pluginDirectories.isEmpty,
      request.trust.isEmpty, !request.plugins.contains(where: PluginLibrary.isPath),
      let program = ProgramFile.identity
    else { return nil }
    let given = [
      [Alpod.version, program, "\(root.isRunningMachine)", "\(request.offline)"], request.plugins,
      request.settings, request.users,
    ]
    words = given.map { list in
      "\(list.count)(" + list.map { "\($0.utf8.count):\($0)" }.joined() + ")"
    }.joined()
    runs = SettledRuns(root)
    machine = LiveMachine(root)
    recorder = ReadingRecorder(machine)
  }

  /// The run that these words were before, where nothing has changed since.
  func found() -> SettledRun? {
    guard let run = runs.find(words), run.holds(on: machine) else { return nil }
    return run
  }

  /// The machine to work out the run on. What else decides it is asked for here: the site's values and plugins, whether
  /// others may write them, and whether something is still to be saved.
  func observed() -> any Machine {
    for path: MachinePath in ["/", "/etc", "/etc/alpod", PluginLibrary.siteDirectory] {
      _ = try? recorder.status(path)
    }
    _ = try? recorder.look(MachinePath(trusted: SiteValues.path))
    _ = try? recorder.list(PluginLibrary.siteDirectory)
    _ = try? recorder.list(RunStore.directory)
    _ = try? recorder.status(LiveTarget.unsaved)
    _ = try? recorder.status(LiveTarget.saving)
    return recorder
  }

  /// Keeps a run that found everything right.
  func keep(_ summary: Run.Summary, of session: Session) {
    let isRight = summary.checks.allSatisfy { $0.outcome == .ok || $0.outcome == .note }
    guard summary.changed == 0, summary.rounds == 0, summary.boot.isEmpty, !summary.isSaved,
      isRight, !session.environment.wasAsked, recorder.isSteady,
      session.plugins.allSatisfy({
        // What a secret is taken from is no file of the machine.
        $0.plugin.file.origin == .shipped && !$0.isProof && $0.secrets.isEmpty
      })
    else { return }
    runs.keep(
      SettledRun(
        machine: session.title.machine, purpose: session.title.purpose, checks: summary.checks,
        readings: recorder.readings), of: words)
  }
}

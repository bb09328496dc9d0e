import Foundation
import MachineSupport
import Testing

/// Undo = before, on a machine with real OpenRC and podman: every file's content, mode, owner, links and extended attributes,
/// and with them world, the installed packages and the runlevels.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct UndoPropertyTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var words: String
    /// Whether CI tries it as well.
    var isSample = false
    var testDescription: String { words }
  }

  static let cases = [
    Case(words: "install"), Case(words: "cgroups"),
    Case(words: "rootless --user admin", isSample: true),
    Case(words: "storage --set driver=vfs --set users=admin"), Case(words: "ports --set lowest=80"),
    Case(words: "hello"),
    Case(words: "socket --user admin", isSample: true), Case(words: "distrobox --user admin"),
    Case(words: "proxy --set name=web --set upstream=127.0.0.1:8080", isSample: true),
    Case(words: "workstation --user admin"), Case(words: "server"),
  ]

  static var chosen: [Case] { cases.filter { LiveTrial.isWhole || $0.isSample } }

  /// Files that runs write, with what an editor does not show.
  private static let marked = [
    "etc/apk/repositories", "etc/passwd", "etc/rc.conf", "etc/conf.d",
    "etc/runlevels/default",
  ]

  /// What services wrote while they ran, as the plan says of them.
  private static let written: Set = ["var/lib/nginx"]

  @Test(arguments: chosen)
  func `a run that is taken back leaves the machine as it was`(_ tried: Case) throws {
    try Laboratory.with { machine in
      // Somebody's own lines, and files that others may not read.
      try machine.write("bob:700000:65536\n", to: "etc/subuid")
      try machine.write("bob:700000:65536\n", to: "etc/subgid")
      chmod(machine.directory.appending(path: "etc/subuid").path, 0o640)
      chown(machine.directory.appending(path: "etc/subgid").path, 0, 1000)
      for path in Self.marked + ["etc/subuid", "etc/subgid"] {
        try machine.setAttribute("user.note", "mine \(path)", of: path)
      }
      _ = try machine.script("true")
      let before = try machine.tree()
      let ending = try machine.script(
        """
        told() {
          sort /etc/apk/world; sed -n 's/^[PV]://p' /lib/apk/db/installed | paste - - | sort
          ls /run/openrc/started; grep -c ' / / .* shared' /proc/self/mountinfo
        }
        told >/run/before
        alpod run \(tried.words) --yes >/run/said 2>&1; echo "run: $?"
        tail -n 5 /run/said
        alpod history | grep -c . | sed 's/^/runs: /'
        alpod undo --yes >/run/undone 2>&1; echo "undo: $?"
        grep left /run/undone
        told >/run/after
        diff /run/before /run/after || echo "facts differ"
        true
        """)
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.output.contains("runs: 1") && ending.output.contains("undo: 0"), "\(said)")
      #expect(!ending.output.contains("facts differ"), "\(said)")
      let differing = try machine.tree(except: Self.written).differences(from: before)
      #expect(differing == [], "\(said)")
    }
  }
}

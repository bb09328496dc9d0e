import Foundation
import MachineSupport
import ProgramSupport
import Testing

/// Runs that are taken back unless somebody confirms them, on a machine with real OpenRC.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct ConfirmationTests {
  private func withTrial(_ body: (Laboratory) throws -> Void) throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "trial", summary = "Two files", needs = { files = { "/etc/trial/*" } },
          setup = function(host)
            host.file.write{ path = "/etc/trial/one", content = "1\\n" }
            host.file.write{ path = "/etc/trial/two", content = "2\\n" }
          end }
        """, to: "root/trial.lua")
      // What stands in for the static program's freedom from everything else.
      try machine.write(
        "export LD_LIBRARY_PATH=/run/swift\n", to: "etc/conf.d/alpod-confirm")
      try body(machine)
    }
  }

  /// Runs a script that can name the process of the watchdog.
  private func script(_ machine: Laboratory, _ text: String) throws -> Laboratory.Ending {
    try machine.script(
      """
      watchdog() {
        for process in /proc/[0-9]*; do
          grep -q '^/proc/self/exe' "$process/cmdline" 2>/dev/null && echo "${process#/proc/}"
        done
      }
      """ + "\n" + text)
  }

  private func exists(_ machine: Laboratory, _ path: String) -> Bool {
    FileManager.default.fileExists(atPath: machine.directory.appending(path: path).path)
  }

  @Test func `without a word the run is taken back in time`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10s || exit 9
        cat /etc/trial/one
        ls /etc/runlevels/boot/alpod-confirm /var/lib/alpod/alpod
        alpod run /root/trial.lua --yes; echo "second: $?"
        i=0; while [ -e /etc/trial/one ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done
        while [ -n "$(watchdog)" ] && [ $i -lt 400 ]; do sleep 0.1; i=$((i+1)); done
        alpod history
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("Confirm within 10 s: alpod confirm"))
      #expect(ending.errors.contains("run 1 waits to be confirmed"))
      #expect(ending.output.contains("second: 1"))
      #expect(ending.output.contains("undo 1"), "\(ending.output)")
      for path in [
        "etc/trial", "etc/init.d/alpod-confirm", "etc/runlevels/boot/alpod-confirm",
        "var/lib/alpod/alpod", "var/lib/alpod/unconfirmed",
      ] { #expect(!exists(machine, path), "\(path)") }
    }
  }

  @Test func `a run that is confirmed stays`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10s >/dev/null || exit 9
        alpod confirm || exit 8
        alpod confirm; echo "again: $?"
        i=0; while [ -n "$(watchdog)" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done
        alpod run /root/trial.lua --yes; echo "next: $?"
        """)
      #expect(ending.output.contains("run 1 stays"), "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("again: 1"))
      #expect(ending.errors.contains("no run waits to be confirmed"))
      #expect(ending.output.contains("next: 0"))
      #expect(try machine.read("etc/trial/one") == "1\n")
      #expect(!exists(machine, "etc/init.d/alpod-confirm"))
      #expect(!exists(machine, "var/lib/alpod/alpod"))
    }
  }

  @Test func `after a reboot without the watchdog the run is taken back at boot`() throws {
    try withTrial { machine in
      // The machine, and the watchdog with it, ends as soon as the run is through.
      let run = try script(
        machine,
        "alpod run /root/trial.lua --yes --confirm-within 10m && kill -KILL $(watchdog)")
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(try machine.read("etc/trial/one") == "1\n")
      let later = try script(machine, "cat /run/boot.log; alpod history")
      #expect(!exists(machine, "etc/trial"), "\(later.output)\(later.errors)")
      #expect(!exists(machine, "etc/init.d/alpod-confirm"))
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"))
      #expect(later.output.contains("undo 1"))
    }
  }

  @Test func `a run that died without a word is taken back as well`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10s >/dev/null || exit 9
        kill -KILL $(watchdog)
        sed -i '/"type":"end"/d' /var/lib/alpod/runs/000001/journal
        alpod watchdog --boot
        alpod status
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!exists(machine, "etc/trial"))
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"))
    }
  }

  @Test func `an undo by hand settles it`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10m >/dev/null || exit 9
        alpod undo --yes || exit 8
        alpod run /root/trial.lua --yes
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"))
    }
  }

  @Test func `a saved plan waits to be confirmed as well`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod plan /root/trial.lua -o /root/trial.plan >/dev/null || exit 9
        alpod apply /root/trial.plan --yes --confirm-within 10m --json || exit 8
        alpod run /root/trial.lua --yes; echo "second: $?"
        alpod confirm || exit 7
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains(#""text":"within 600 s: alpod confirm""#), "\(ending.output)")
      #expect(ending.output.contains("second: 1"))
      #expect(try machine.read("etc/trial/one") == "1\n")
    }
  }

  @Test func `what a run that failed left is said to wait`() throws {
    try withTrial { machine in
      try machine.write(
        """
        return { api = 1, name = "other", summary = "A file, and what fails",
          needs = { files = { "/etc/other" }, commands = { "/bin/false" }, read = { "/etc/never" } },
          setup = function(host)
            host.file.write{ path = "/etc/other", content = "1\\n" }
            host.command.run{ program = "/bin/false", creates = "/etc/never" }
          end }
        """, to: "root/other.lua")
      let ending = try script(
        machine,
        """
        alpod run /root/other.lua --yes --confirm-within 10m; echo "status: $?"
        alpod confirm
        """)
      #expect(ending.output.contains("Confirm within 600 s"), "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("status: 1"))
      #expect(ending.errors.contains("what was made before it stays (1 change)"))
    }
  }

  @Test(arguments: ["5s", "2h", "soon", "-1", ""])
  func `what is no time is refused`(_ time: String) throws {
    let ending = try Laboratory.execute(
      Program.path,
      ["run", "rootless", "--user", "admin", "--confirm-within", time])
    #expect(ending.status == 64, "\(ending.errors)")
  }
}

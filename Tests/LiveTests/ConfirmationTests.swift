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

  /// With a plugin as well that fails after it has made a file.
  private func withFailing(_ body: (Laboratory) throws -> Void) throws {
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
      try body(machine)
    }
  }

  /// Runs a script that can name the process of the watchdog, and have a run cut off that waits, with it.
  private func script(_ machine: Laboratory, _ text: String) throws -> Laboratory.Ending {
    try machine.script(
      """
      watchdog() {
        for process in /proc/[0-9]*; do
          grep -q '^/proc/self/exe' "$process/cmdline" 2>/dev/null && echo "${process#/proc/}"
        done
      }
      cut_off() {
        alpod run /root/trial.lua --yes --confirm-within "$1" >/dev/null || exit 9
        kill -KILL $(watchdog)
        sed -i '/"type":"end"/d' /var/lib/alpod/runs/000001/journal
      }
      gone() { i=0; while [ -e "$1" ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done; }
      ended() { i=0; while [ -n "$(watchdog)" ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; }
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
        alpod status; alpod status --json | grep '"confirm"'
        gone /etc/trial/one
        ended
        alpod history
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("Confirm within 10 s: alpod confirm"))
      #expect(ending.errors.contains("run 1 waits to be confirmed"))
      let words = "run 1 is taken back unless somebody says: alpod confirm"
      #expect(ending.output.contains("waits to be confirmed: \(words)"), "\(ending.output)")
      #expect(ending.output.contains("\"kind\":\"confirm\",\"schema\":1,\"text\":\"\(words)\""))
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
        ended
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

  @Test func `what cannot be taken back when the time is up is tried again`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        /run/busybox syslogd -O /run/messages
        alpod run /root/trial.lua --yes --confirm-within 10s >/dev/null || exit 9
        mount --bind /etc/trial /etc/trial && mount -o remount,bind,ro /etc/trial || exit 8
        i=0; until grep -q 'tried again' /run/messages || [ $i = 150 ]; do sleep 0.1; i=$((i + 1)); done
        sleep 2
        grep -o 'run 1, which.*' /run/messages
        cat /etc/trial/one; alpod history
        umount /etc/trial
        gone /etc/trial; ended
        alpod history
        """)
      let said = "\(ending.output)\(ending.errors)"
      let told = ending.output.split(separator: "\n").filter { $0.contains("tried again") }
      #expect(told.count == 1 && told[0].contains("Read-only file system"), "\(said)")
      #expect(ending.output.contains("\n1\n"), "\(said)")
      // What did nothing leaves nothing in the journal.
      #expect(
        ending.output.split(separator: "\n").count { $0.contains("undo 1") } == 1, "\(said)")
      for path in ["etc/trial", "etc/init.d/alpod-confirm", "var/lib/alpod/unconfirmed"] {
        #expect(!exists(machine, path), "\(path): \(said)")
      }
    }
  }

  @Test func `what cannot be taken back at boot is tried again once the machine is up`() throws {
    try withTrial { machine in
      let run = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10m && kill -KILL $(watchdog)
        cat >/etc/init.d/hold <<'END'
        #!/sbin/openrc-run
        depend() { before alpod-confirm; }
        start() { mount --bind /var/lib/alpod/runs /var/lib/alpod/runs && mount -o remount,bind,ro /var/lib/alpod/runs; }
        END
        chmod 755 /etc/init.d/hold
        ln -s /etc/init.d/hold /etc/runlevels/boot/hold
        """)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      let later = try script(
        machine,
        """
        cat /run/boot.log /etc/trial/one; echo "beside: $(watchdog | wc -l)"
        umount /var/lib/alpod/runs
        gone /etc/trial; ended
        """)
      let said = "\(later.output)\(later.errors)"
      #expect(later.output.contains("1\nbeside: 1"), "\(said)")
      #expect(!exists(machine, "etc/trial"), "\(said)")
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"), "\(said)")
    }
  }

  @Test func `what waited for a run that is settled does nothing to the next`() throws {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/trial.lua --yes --confirm-within 10s >/dev/null || exit 9
        alpod undo --yes >/dev/null || exit 8
        alpod run /root/trial.lua --yes --confirm-within 5m >/dev/null || exit 7
        sleep 11.5
        cat /etc/trial/one; echo "watchdogs: $(watchdog | wc -l)"
        alpod undo --yes >/dev/null || exit 6
        alpod undo 4 --yes >/dev/null || exit 5
        alpod confirm; echo "undone and there again: $?"
        alpod confirm; echo "still: $?"
        ended; echo "watchdogs: $(watchdog | wc -l)"
        ls /etc/init.d/alpod-confirm
        """)
      let said = "\(ending.output)\(ending.errors)"
      for part in [
        "1\nwatchdogs: 1", "undone and there again: 1", "still: 1", "watchdogs: 0",
      ] { #expect(ending.output.contains(part), "\(part): \(said)") }
      #expect(ending.errors.contains("No such file"), "\(said)")
      #expect(try machine.read("etc/trial/one") == "1\n")
    }
  }

  @Test func `a run of which a part is taken back already is not told to stay whole`() throws {
    try withTrial { machine in
      try machine.write(
        """
        return { api = 1, name = "part", summary = "A file and a service",
          needs = { files = { "/etc/trial/*" }, services = { "local" } },
          setup = function(host)
            host.file.write{ path = "/etc/trial/one", content = "1\\n" }
            host.service.enable{ name = "local", runlevel = "default" }
          end }
        """, to: "root/part.lua")
      let ending = try script(
        machine,
        """
        /run/busybox syslogd -O /run/messages
        alpod run /root/part.lua --yes --confirm-within 10s >/dev/null || exit 9
        mount --bind /etc/trial/one /etc/trial/one || exit 8
        i=0; until grep -q 'tried again' /run/messages || [ $i = 300 ]; do sleep 0.1; i=$((i + 1)); done
        kill -9 $(watchdog)
        alpod history
        cd /var/lib/alpod/runs/000002 || exit 7
        cp journal /run/journal; sed -i '/"type":"end"/d' journal
        alpod confirm; echo "cut off: $?"
        cp /run/journal journal
        umount /etc/trial/one
        alpod confirm; echo "part: $?"
        alpod run /root/part.lua --yes >/dev/null; echo "again: $?"
        """)
      let said = "\(ending.output)\(ending.errors)"
      for part in [
        "ok, 1 taken back, waits to be confirmed\n", "cut off: 1\n",
        "2 of 3 changes of run 1 stay\npart: 1\n", "again: 0\n",
      ] { #expect(ending.output.contains(part), "\(part): \(said)") }
      #expect(
        ending.errors.contains("run 1 cannot be confirmed: it was being taken back"), "\(said)")
    }
  }

  @Test func `a run that takes itself back waits for nobody`() throws {
    try withFailing { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/other.lua --yes --rollback --confirm-within 10m; echo "status: $?"
        ended; echo "watchdogs: $(watchdog | wc -l)"
        alpod run /root/trial.lua --yes >/dev/null; echo "next: $?"
        """)
      let said = "\(ending.output)\(ending.errors)"
      for part in ["status: 1", "watchdogs: 0", "next: 0"] {
        #expect(ending.output.contains(part), "\(part): \(said)")
      }
      #expect(!exists(machine, "etc/init.d/alpod-confirm"), "\(said)")
    }
  }

  @Test func `while a run waits no other is taken back`() throws {
    try withFailing { machine in
      let ending = try script(
        machine,
        """
        alpod run /root/other.lua --yes >/dev/null
        alpod run /root/trial.lua --yes --confirm-within 10m >/dev/null || exit 9
        alpod undo 1 --yes; echo "other: $?"
        cat /etc/other
        alpod undo 1 --plan; echo "plan: $?"
        echo 3 >/etc/trial/one; echo 3 >/etc/trial/two
        alpod undo --yes; echo "drifted: $?"
        cat /etc/other /etc/trial/one
        alpod history
        ended; echo "watchdogs: $(watchdog | wc -l)"
        alpod undo 1 --yes; echo "then: $?"
        """)
      let said = "\(ending.output)\(ending.errors)"
      for part in [
        "other: 1\n1\n", "plan: 0", "run 2 no longer waits to be confirmed\ndrifted: 0\n1\n3\n",
        "  ok, not confirmed in time\n", "watchdogs: 0", "then: 0",
      ] { #expect(ending.output.contains(part), "\(part): \(said)") }
      #expect(ending.errors.contains("run 2 waits to be confirmed"), "\(said)")
      #expect(!exists(machine, "etc/other"), "\(said)")
    }
  }

  /// A root in memory that holds the machine's files. What is saved is /etc and the journal.
  @Test func `on a machine that runs from memory all is saved with the answer`() throws {
    try withTrial { machine in
      try machine.write(
        """
        mount -t tmpfs tmpfs /mnt; cd /mnt; cp -a /etc /var /root .; mkdir media
        for path in bin sbin lib lib64 usr proc sys dev run; do
          mkdir $path; mount --rbind /$path /mnt/$path
        done
        mkdir -p etc/lbu usr; echo LBU_BACKUPDIR=/media >etc/lbu/lbu.conf
        exec chroot /mnt /bin/sh /root/memory.sh
        """, to: "root/enter.sh")
      try machine.write(
        """
        alpod() { /run/build/alpod "$@"; }
        saved() { echo "saved $(wc -l </media/log): $(tar tf /media/saved.tar | grep -c "$1")"; }
        run() { alpod run /root/trial.lua diskless --set diskless.commit=true --yes "$@" >/dev/null || exit 9; }
        : >/media/log
        run --confirm-within 10m; cat /media/log
        alpod confirm; saved etc/trial/one; saved boot/alpod-confirm
        alpod undo --yes >/dev/null; saved etc/trial/one
        run --confirm-within 10s
        i=0; while [ $(wc -l </media/log) = 2 ] && [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done
        sleep 0.5; saved etc/trial/one; saved unconfirmed
        run --confirm-within 10m; alpod undo --yes >/dev/null; saved unconfirmed
        run; saved etc/trial/one
        alpod undo --yes >/dev/null; : >/media/slow
        alpod run /root/trial.lua diskless --set diskless.commit=true --yes >/dev/null 2>&1 & pid=$!
        i=0; until [ -e /media/begun ] || [ $i = 600 ]; do sleep 0.1; i=$((i+1)); done
        kill -9 $pid; rm /media/slow
        i=0; until [ -e /media/failed ] || [ $i = 600 ]; do sleep 0.1; i=$((i+1)); done; sleep 0.5
        alpod status; echo "unsaved $?"; run; saved etc/trial/one; alpod status; echo "status $?"
        """, to: "root/memory.sh")
      try machine.write(
        """
        #!/bin/sh
        if [ -e /media/slow ]; then
          : >/media/begun
          while [ -e /media/slow ]; do sleep 0.1; done
          : >/media/failed; exit 1
        fi
        tar cf /media/saved.tar -C / etc var/lib/alpod; echo lbu $* >>/media/log

        """,
        to: "sbin/lbu")
      let ending = try script(machine, "chmod 755 /sbin/lbu; . /root/enter.sh")
      #expect(
        ending.output == """
          run 1 stays
          saved by `lbu commit`
          saved 1: 1
          saved 1: 0
          saved 2: 0
          saved 3: 0
          saved 3: 0
          saved 4: 0
          saved 5: 1
          All that earlier runs changed holds (5 changes)
          not saved: what runs changed is gone at the next boot: lbu commit
          unsaved 1
          saved 7: 1
          All that earlier runs changed holds (5 changes)
          status 0

          """, "\(ending.output)\(ending.errors)")
    }
  }

  @Test func `to wait takes no time of the processor, however much a run changed`() throws {
    try withTrial { machine in
      try machine.write(
        """
        return { api = 1, name = "large", summary = "Much", needs = { files = { "/etc/large/*" } },
          setup = function(host)
            for i = 1, 8 do
              host.file.write{ path = "/etc/large/" .. i, content = string.rep("0123456789abcdef", 50000) }
            end
          end }
        """, to: "root/large.lua")
      let ending = try script(
        machine,
        """
        alpod run /root/large.lua --yes --confirm-within 10m >/dev/null || exit 9
        time() { cut -d ' ' -f 14,15 /proc/$(watchdog)/stat | tr ' ' +; }
        sleep 1; before=$(($(time))); sleep 4; echo "ticks: $(($(time) - before))"
        """)
      let said = "\(ending.output)\(ending.errors)"
      let ticks = ending.output.split(separator: "ticks: ").last.flatMap {
        Int($0.prefix { $0.isNumber })
      }
      #expect(try #require(ticks, "\(said)") < 20, "\(said)")
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
        cut_off 10s
        alpod watchdog --boot
        alpod status
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!exists(machine, "etc/trial"))
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"))
    }
  }

  @Test func `one that was cut off is not finished, as nobody can confirm it, but taken back`()
    throws
  {
    try withTrial { machine in
      let ending = try script(
        machine,
        """
        cut_off 10m
        alpod confirm; echo "confirm $?"
        alpod recover --finish; echo "finish $?"
        alpod recover --take-back || exit 8
        alpod confirm; echo "confirm $?"
        """)
      #expect(ending.errors.contains("run 1 waits no more: it was taken back"), "\(ending.errors)")
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.status == 0, "\(said)")
      for words in ["confirm 1\n", "finish 1\n"] {
        #expect(ending.output.contains(words), "\(said)")
      }
      #expect(
        ending.errors.contains("run 1 was to be confirmed, and cannot be any more"), "\(said)")
      #expect(!exists(machine, "etc/trial"), "\(said)")
      #expect(!exists(machine, "etc/init.d/alpod-confirm"), "\(said)")
      #expect(!exists(machine, "var/lib/alpod/unconfirmed"), "\(said)")
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
    try withFailing { machine in
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

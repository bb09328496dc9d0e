import Foundation
import MachineSupport
import Testing

/// What goes wrong on real machines, and what alpod then does and says.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct TroubleTests {
  @Test func `without root nothing is changed, and the line to type is given`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        "su admin -c '/run/build/alpod run rootless --user admin --yes'")
      #expect(ending.status == 77, "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("takes root"))
      #expect(ending.errors.contains("su -c") || ending.errors.contains("doas"), "\(ending.errors)")
      #expect(ending.errors.contains("run rootless --user admin --yes"))
    }
  }

  @Test func `a plan can be had without root`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script("su admin -c '/run/build/alpod plan rootless --user admin'")
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("nothing done yet"))
    }
  }

  @Test func `two runs do not meet`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writeTrialPlugin(package: "trial-slow")
      let ending = try machine.script(
        """
        alpod run /root/trial.lua --yes >/dev/null 2>&1 &
        eventually '[ -e /usr/bin/slow ]'
        alpod run /root/trial.lua --yes; echo "second: $?"
        : >/tmp/go
        wait $!; echo "first: $?"
        """)
      #expect(ending.output.contains("second: 75"), "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("first: 0"), "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("is changing this machine"))
    }
  }

  @Test func `while apk goes on alone, nobody else begins`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writeTrialPlugin(package: "trial-slow")
      let ending = try machine.script(
        """
        /run/build/alpod run /root/trial.lua --yes >/dev/null 2>&1 &
        eventually '[ -e /usr/bin/slow ]'
        kill -9 $!; wait $!
        alpod run /root/trial.lua --yes; echo "while apk works: $?"
        """)
      #expect(ending.output.contains("while apk works: 75"), "\(ending.output)\(ending.errors)")
    }
  }

  @Test func `a lock of apk that somebody else holds is told as that`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        flock /lib/apk/db/lock sh -c ': >/run/held; exec sleep 86400' &
        eventually '[ -e /run/held ]'
        alpod run install --yes; echo "status $?"
        kill $!
        """)
      #expect(ending.output.contains("status 75"), "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("another apk is running"), "\(ending.errors)")
    }
  }

  @Test(arguments: ["trial-badpost", "trial-badpre", "trial-needs-gone", "trial-thief"])
  func `a change that fails is taken back, those before it stay, those after it are not begun`(
    _ package: String
  )
    throws
  {
    try Laboratory.with(["--trial"]) { machine in
      if package == "trial-thief" { _ = try machine.script("apk add -q trial-base", boot: false) }
      try machine.removeArchive(of: "trial-gone")
      let world = try machine.read("etc/apk/world")
      let installed = try machine.script("apk info | sort", boot: false).output
      try machine.writeTrialPlugin(package: package)
      let ending = try machine.alpod("run", "/root/trial.lua", "--yes")
      #expect(ending.status == 1, "\(ending.output)\(ending.errors)")
      #expect(
        ending.errors.contains(package) && ending.errors.contains("alpod undo"), "\(ending.errors)")
      #expect(try machine.read("etc/apk/world") == world)
      #expect(try machine.script("apk info | sort", boot: false).output == installed)
      #expect(try machine.read("etc/trial/one") == "1\n")
      #expect(try machine.read("etc/trial/two", orEmpty: true) == "")
    }
  }

  @Test func `with --rollback a failure leaves the machine as it was`() throws {
    try Laboratory.with(["--trial"]) { machine in
      _ = try machine.script("true")
      let before = try machine.tree()
      try machine.writeTrialPlugin(package: "trial-badpost")
      let ending = try machine.alpod("run", "/root/trial.lua", "--yes", "--rollback")
      #expect(ending.status == 1, "\(ending.output)\(ending.errors)")
      let differing = try machine.tree(except: ["root/trial.lua"]).differences(from: before)
      #expect(differing == [])
    }
  }

  @Test func `a signal to stop lets apk finish and then ends`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writeTrialPlugin(package: "trial-slow")
      // TERM, as a shell without job control has what it puts into the background ignore INT.
      let ending = try machine.script(
        """
        /run/build/alpod run /root/trial.lua --yes >/run/said &
        eventually '[ -e /usr/bin/slow ]'
        kill -TERM $!
        eventually 'grep -q interrupted: /run/said'
        : >/tmp/go
        wait $!; echo "status $?"
        """)
      #expect(ending.output.contains("status 130"), "\(ending.output)\(ending.errors)")
      #expect(try machine.read("etc/apk/world").contains("trial-slow\n"))
      #expect(try machine.read("lib/apk/db/installed").contains("P:trial-slow\n"))
      #expect(try machine.read("etc/trial/two", orEmpty: true) == "")
    }
  }

  @Test func `without the network the message is about the network`() throws {
    try Laboratory.with(["--mirror", "http://127.0.0.1:1/alpine"]) { machine in
      let ending = try machine.alpod("run", "install", "--yes")
      #expect(ending.status == 69, "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("cannot be fetched"), "\(ending.errors)")
      #expect(ending.errors.contains("network"), "\(ending.errors)")
      #expect(!ending.errors.contains("no such package"))
    }
  }

  @Test func `repositories of another release are named`() throws {
    try Laboratory.with { machine in
      try machine.write(
        "/srv/alpine/v3.18/main\n/srv/alpine/v3.18/community\n", to: "etc/apk/repositories")
      let ending = try machine.alpod("run", "install", "--yes")
      #expect(ending.status == 1, "\(ending.output)\(ending.errors)")
      #expect(
        ending.errors.contains("v3.18") && ending.errors.contains("release (v3.20)"),
        "\(ending.errors)")
    }
  }

  @Test func `a lock on subuid that a living program holds is respected`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        alpod run install --yes >/dev/null 2>&1
        printf $$ >/etc/subuid.lock
        alpod run rootless --user admin --yes >/dev/null; echo "status $?"
        """)
      #expect(ending.output.contains("status 75"), "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("/etc/subuid.lock"), "\(ending.errors)")
    }
  }

  @Test(arguments: [
    ("etc/subuid", "admin:100000:65536\nbroken line\n", "/etc/subuid:2"),
    ("etc/apk/world", "busybox\n# a comment\n", "/etc/apk/world:2"),
  ])
  func `a malformed file is named with its line`(_ path: String, _ text: String, _ place: String)
    throws
  {
    try Laboratory.with { machine in
      try machine.write(text, to: path)
      let ending = try machine.alpod("run", "rootless", "--user", "admin", "--yes")
      #expect(ending.status == 1, "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains(place), "\(ending.errors)")
      #expect(try machine.read(path) == text)
    }
  }

  @Test func `a machine in a directory is set up from outside`() throws {
    try Laboratory.with { machine in
      let ending = try machine.offline("run", "rootless", "--user", "admin", "--yes")
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(try machine.read("etc/subuid") == "admin:100000:65536\n")
      #expect(try machine.read("lib/apk/db/installed").contains("P:podman\n"))
      let link = try FileManager.default.destinationOfSymbolicLink(
        atPath: machine.directory.appending(path: "etc/runlevels/default/cgroups").path)
      #expect(link == "/etc/init.d/cgroups")
      let again = try machine.offline("run", "rootless", "--user", "admin")
      #expect(again.status == 0, "\(again.output)\(again.errors)")
      #expect(again.output.contains("Nothing to do"))
      let undone = try machine.offline("undo", "--yes")
      #expect(undone.status == 0, "\(undone.output)\(undone.errors)")
      #expect(try machine.read("etc/subuid", orEmpty: true) == "")
    }
  }

  @Test func `a site replaces a step and gives values`() throws {
    try Laboratory.with { machine in
      try machine.write(
        "return { options = { rootless = { count = 131072 } } }\n", to: "etc/alpod/site.lua")
      try machine.write(
        """
        return { api = 1, name = "cgroups", summary = "The site's own",
          needs = { files = { "/etc/motd" } },
          setup = function(host) host.file.write{ path = "/etc/motd", content = "site\\n" } end }
        """, to: "etc/alpod/plugins/cgroups.lua")
      let ending = try machine.alpod("run", "rootless", "--user", "admin", "--yes")
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(try machine.read("etc/subuid") == "admin:100000:131072\n")
      #expect(try machine.read("etc/motd") == "site\n")
    }
  }
}

extension Laboratory {
  /// Takes a package's archive out of the repository, whose index still names it.
  func removeArchive(of package: String) throws {
    let repository = directory.appending(path: "srv/alpine/v3.20/main/x86_64")
    for name in try FileManager.default.contentsOfDirectory(atPath: repository.path)
    where name.hasPrefix(package + "-") {
      try FileManager.default.removeItem(at: repository.appending(path: name))
    }
  }

  /// The content of a file; with `orEmpty` nothing for one that is not there.
  func read(_ path: String, orEmpty: Bool) throws -> String {
    let url = directory.appending(path: path)
    return FileManager.default.fileExists(atPath: url.path) ? try read(path) : ""
  }
}

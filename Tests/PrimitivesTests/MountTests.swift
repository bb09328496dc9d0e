import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct MountTests {
  private func bench(
    openrc version: String? = nil, _ change: (inout SmallMachine) -> Void = { _ in }
  )
    throws -> Bench
  {
    var machine = SmallMachine()
    machine.set("/etc/fstab", "# by hand\n/dev/sda3\t/\text4\trw,relatime  0 1\n")
    if let version {
      machine.files["/lib/apk/db/installed"] = nil
      machine.install("openrc", version)
    }
    change(&machine)
    return try Bench(machine)
  }

  private let script: MachinePath = "/etc/local.d/alpod-shared.start"
  private let command = """
    #!/bin/sh
    # Rootless containers need shared mounts; the kernel starts with private ones.
    mount --make-rshared /

    """

  @Test(arguments: ["0.48-r1", "0.54-r1", "0.54.2-r0"])
  func `before OpenRC 0.55 a script shares the mount at boot`(_ version: String) throws {
    let bench = try bench(openrc: version)
    try bench.call("mount.share", "/")
    #expect(
      try bench.summaries()
        == [
          "make the directory /etc/local.d", "share / at boot",
          "start the service local at boot (runlevel default)", "make the mount / shared now",
        ])
    #expect(try bench.text(script) == command)
    #expect(try bench.machine.status(script)?.mode == 0o755)
    #expect(try bench.changes().flatMap(\.needs).allSatisfy { $0 == .mount("/") })
    try bench.call("mount.share", "/")
    #expect(try bench.changes().count == 4)
    #expect(try bench.call("mount.get", "/") == ["shared": true, "boot": true])
  }

  @Test(arguments: ["0.55-r0", "0.55.1-r2", "0.63.3-r0", "1.0-r0"])
  func `from OpenRC 0.55 on an option in fstab does`(_ version: String) throws {
    let bench = try bench(openrc: version)
    try bench.call("mount.share", "/")
    #expect(try bench.summaries() == ["share / at boot", "make the mount / shared now"])
    #expect(
      try bench.text("/etc/fstab")
        == "# by hand\n/dev/sda3\t/\text4\trw,relatime,shared  0 1\n")
    try bench.call("mount.share", "/")
    #expect(try bench.changes().count == 2)
  }

  @Test func `without a line for it in fstab the script does`() throws {
    for text in [
      "", "/dev/sda1 /boot ext4 rw 0 2\n", "#/dev/sda3 / ext4 rw 0 1\n", "/dev/sda3 /\n",
    ] {
      let bench = try bench(openrc: "0.63-r0") { $0.set("/etc/fstab", text) }
      try bench.call("mount.share", "/")
      #expect(try bench.text(script) == command)
      #expect(try bench.text("/etc/fstab") == text)
    }
  }

  @Test(arguments: ["shared", "rshared"])
  func `an option that is there is enough, where OpenRC heeds it`(_ option: String) throws {
    let fstab = "/dev/sda3 / ext4 rw,\(option) 0 1\n"
    let heeded = try bench(openrc: "0.63-r0") { $0.set("/etc/fstab", fstab) }
    try heeded.call("mount.share", "/")
    #expect(try heeded.summaries() == ["make the mount / shared now"])
    let ignored = try bench(openrc: "0.54-r0") { $0.set("/etc/fstab", fstab) }
    try ignored.call("mount.share", "/")
    #expect(try ignored.text(script) == command)
    let container = try bench(openrc: "0.63-r0") {
      $0.set("/etc/fstab", fstab)
      $0.set("/run/.containerenv", "")
    }
    try container.call("mount.share", "/")
    #expect(try container.text(script) == command)
  }

  @Test(
    arguments: [
      ("mount --make-rshared /\n", 0o755, true),
      ("  /bin/mount --make-shared / # why\n", 0o744, true),
      ("mount --make-rshared /\n", 0o644, false), ("# mount --make-rshared /\n", 0o755, false),
      ("mount --make-rshared /srv\n", 0o755, false), ("echo --make-rshared /\n", 0o755, false),
      ("mount --make-private /\n", 0o755, false), ("exit 0\n", 0o755, false),
    ] as [(String, UInt16, Bool)])
  func `a script of the site's own counts if it runs and does it`(
    _ text: String, _ mode: UInt16, _ counts: Bool
  ) throws {
    let bench = try bench {
      $0.enable("local", in: "default")
      $0.set("/etc/local.d/site.start", "#!/bin/sh\n" + text, mode: mode)
    }
    try bench.call("mount.share", "/")
    #expect(
      try bench.summaries()
        == (counts ? [] : ["share / at boot"]) + ["make the mount / shared now"])
  }

  @Test func `a script that nobody runs is no answer: the service is enabled`() throws {
    let bench = try bench { $0.set("/etc/local.d/alpod-shared.start", command, mode: 0o755) }
    try bench.call("mount.share", "/")
    #expect(
      try bench.summaries()
        == ["start the service local at boot (runlevel default)", "make the mount / shared now"])
  }

  @Test func `alpod's own script is put right again`() throws {
    for (text, mode) in [(command, UInt16(0o644)), ("#!/bin/sh\n", 0o755)] {
      let bench = try bench {
        $0.enable("local", in: "default")
        $0.set("/etc/local.d/alpod-shared.start", text, mode: mode)
      }
      try bench.call("mount.share", "/")
      #expect(try bench.summaries() == ["share / at boot", "make the mount / shared now"])
    }
  }

  @Test func `a mount that is shared is left alone, and those below it are made so with it`() throws
  {
    let bench = try bench { machine in
      machine.set(
        "/proc/self/mountinfo",
        """
        21 1 8:3 / / rw - ext4 /dev/sda3 rw
        24 21 0:21 / /sys rw shared:7 - sysfs sysfs rw
        25 21 0:22 / /srv/my\\040data rw - ext4 /dev/sdb rw
        26 21 0:23 / /srv rw master:1 - ext4 /dev/sdb rw
        torn

        """)
    }
    try bench.call("mount.share", "/")
    let change = try #require(try bench.changes().last as? MountPropagation)
    #expect(change.points == ["/", "/srv/my data", "/srv"])
    #expect(
      change
        == MountPropagation(
          path: "/", points: ["/", "/srv/my data", "/srv"], special: ["/srv": .slave]))
    let done = try self.bench {
      $0.set("/proc/self/mountinfo", "21 1 8:3 / / rw shared:1 - ext4 /dev/sda3 rw\n")
    }
    try done.call("mount.share", "/")
    #expect(try !done.summaries().contains("make the mount / shared now"))
  }

  @Test func `the mount that hides those before it counts`() throws {
    let bench = try bench {
      $0.set(
        "/proc/self/mountinfo",
        "1 1 0:1 / / rw shared:1 - rootfs rootfs rw\n21 1 8:3 / / rw - ext4 /dev/sda3 rw\n")
    }
    #expect(try bench.call("mount.get", "/").fields?["shared"] == false)
    let below = try self.bench {
      $0.set(
        "/proc/self/mountinfo",
        "1 1 0:1 / / rw - ext4 a rw\n2 1 0:2 / /b rw - tmpfs b rw\n3 2 0:3 / /b rw shared:1 - tmpfs b rw\n"
      )
    }
    try below.call("mount.share", "/")
    #expect(try (below.changes().last as? MountPropagation)?.points == ["/"])
  }

  @Test func `what is no mount point cannot be shared now`() throws {
    let bench = try bench {
      $0.set("/proc/self/mountinfo", "24 21 0:21 / /sys rw - sysfs sysfs rw\n")
    }
    try bench.call("mount.share", "/")
    #expect(try !bench.summaries().contains { $0.contains("now") })
    let note = try #require(try bench.bootNotes().first)
    #expect(note.text == "/ is no mount point here, so it cannot be shared now")
    #expect(!note.needsReboot)
    #expect(try bench.call("mount.get", "/srv") == .null)
  }

  @Test func `without OpenRC nothing does it at boot, and that is said`() throws {
    let bench = try bench { $0.files["/lib/apk/db/installed"] = .text("P:busybox\nV:1\n\n") }
    try bench.call("mount.share", "/")
    #expect(try bench.summaries() == ["make the mount / shared now"])
    #expect(
      try bench.bootNotes().map(\.text)
        == ["nothing shares / at boot: OpenRC is not installed"])
  }

  @Test func `in a machine that does not run there is only the boot`() throws {
    let bench = try bench(openrc: "0.63-r0") { $0.isOffline = true }
    try bench.call("mount.share", "/")
    #expect(try bench.summaries() == ["share / at boot"])
    #expect(try bench.call("mount.get", "/") == ["boot": true])
  }

  @Test(arguments: ["/srv/a b", "/srv/$(id)", "/srv/a;b", "/srv/'a"])
  func `a mount point that a shell would take apart is quoted`(_ path: String) throws {
    let bench = try bench()
    try bench.call("mount.share", .string(path))
    let text = try #require(try bench.text(script))
    #expect(text.contains("mount --make-rshared '/srv/"))
    // And known again.
    let count = try bench.changes().count
    try bench.call("mount.share", .string(path))
    #expect(try bench.changes().count == count)
  }

  @Test func `two mounts are shared by one script`() throws {
    let bench = try bench()
    try bench.call("mount.share", "/")
    try bench.call("mount.share", "/srv", by: "other")
    try bench.call("mount.share", "/", by: "third")
    let text = try #require(try bench.text(script))
    #expect(
      text.contains("mount --make-rshared /\n") && text.contains("mount --make-rshared /srv\n"))
    #expect(try bench.summaries().filter { $0.hasSuffix("at boot") }.count == 2)
  }
}

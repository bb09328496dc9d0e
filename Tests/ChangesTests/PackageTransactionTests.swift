import Changes
import Testing

@testable import Changes

/// What apk prints of a transaction, in the words of 2.14 and 3.
@Suite struct PackageTransactionTests {
  private typealias Step = PackageTransaction.Step

  private func steps(_ output: String) -> [Step] { PackageTransaction.parse(output).steps }

  @Test func `an installation of apk 2`() {
    #expect(
      steps(
        """
        fetch http://mirror.example/alpine/v3.20/main/x86_64/APKINDEX.tar.gz
        (1/3) Installing crun (1.15-r0)
        (2/3) Installing podman (5.2.5-r0)
        (3/3) Installing podman-openrc (5.2.5-r0)
        Executing busybox-1.36.1-r29.trigger
        OK: 8 MiB in 14 packages

        """) == [
          Step(action: .install, name: "crun", new: "1.15-r0"),
          Step(action: .install, name: "podman", new: "5.2.5-r0"),
          Step(action: .install, name: "podman-openrc", new: "5.2.5-r0"),
        ])
  }

  @Test func `one of apk 3, with its numbers aligned and its scripts' words`() {
    #expect(
      steps(
        """
        ( 1/10) Installing crun (1.25-r0)
          Executing crun-1.25-r0.post-install
          * (9/9) Installing what a script says (1-r0)
        (10/10) Installing podman (5.7.0-r1)
        OK: 98.5 MiB in 42 packages
        """) == [
          Step(action: .install, name: "crun", new: "1.25-r0"),
          Step(action: .install, name: "podman", new: "5.7.0-r1"),
        ])
  }

  @Test(arguments: [
    ("Installing x (1-r0)", Step(action: .install, name: "x", new: "1-r0")),
    ("Purging x (1-r0)", Step(action: .remove, name: "x", old: "1-r0")),
    ("Upgrading x (1-r0 -> 2-r0)", Step(action: .upgrade, name: "x", old: "1-r0", new: "2-r0")),
    ("Downgrading x (2-r0 -> 1-r0)", Step(action: .downgrade, name: "x", old: "2-r0", new: "1-r0")),
    ("Replacing x (1-r0 -> 1-r0)", Step(action: .replace, name: "x", old: "1-r0", new: "1-r0")),
    ("Reinstalling x (1-r0)", Step(action: .reinstall, name: "x", old: "1-r0", new: "1-r0")),
    ("Re-installing x (1-r0)", Step(action: .reinstall, name: "x", old: "1-r0", new: "1-r0")),
    ("Installing x@edge (1-r0)", Step(action: .install, name: "x", new: "1-r0")),
    (
      "Upgrading x@edge (1-r0 -> 2-r0)", Step(action: .upgrade, name: "x", old: "1-r0", new: "2-r0")
    ),
    (
      "Installing .alpod-x (20240101.120000)",
      Step(action: .install, name: ".alpod-x", new: "20240101.120000")
    ),
  ])
  func `every action has its word`(_ line: String, _ step: PackageTransaction.Step) {
    #expect(steps("(1/1) \(line)\n") == [step])
    #expect(steps("(?) \(line)\r\n") == [step])
  }

  @Test(arguments: [
    "", "OK: 8 MiB in 14 packages", "Installing x (1-r0)", "(1/1) Installing x", "(1/1)", "(",
    "(1/1) Pinning x (1-r0)", "(1/1) Installing", "(1/1) Installing x 1-r0",
    ")1/1( Installing x (1)",
    "(1/1) [APK unavailable, skipped] Reinstalling x (1-r0)",
    "(1/1) Updating pinning x@edge (1-r0)",
    "(1/1) Installing x )1-r0", "WARNING: (1/1) Installing x (1-r0)",
  ])
  func `what is no step is none`(_ line: String) {
    #expect(steps(line + "\n").isEmpty)
  }

  @Test func `steps are told apart by what they do`() {
    let transaction = PackageTransaction.parse(
      """
      (1/5) Purging a (1)
      (2/5) Installing b (1)
      (3/5) Upgrading c (1 -> 2)
      (4/5) Downgrading d (2 -> 1)
      (5/5) Reinstalling e (1)
      """)
    #expect(transaction.removed.map(\.name) == ["a"])
    #expect(transaction.installed.map(\.name) == ["b"])
    #expect(transaction.changed.map(\.name) == ["c", "d"])
    #expect(
      transaction.steps.map(\.description) == [
        "remove a 1", "install b 1", "upgrade c 1 to 2", "downgrade d 2 to 1", "reinstall e 1",
      ])
  }

  @Test func `what goes beyond the planned is every step that was not in it, version and all`() {
    let planned = PackageTransaction.parse("(1/2) Installing a (1)\n(2/2) Purging b (1)\n")
    #expect(planned.beyond(planned).isEmpty)
    #expect(PackageTransaction(steps: []).beyond(planned).isEmpty)
    let now = PackageTransaction.parse(
      "(1/3) Installing a (2)\n(2/3) Purging b (1)\n(3/3) Purging c (1)\n")
    #expect(now.beyond(planned).map(\.name) == ["a", "c"])
  }
}

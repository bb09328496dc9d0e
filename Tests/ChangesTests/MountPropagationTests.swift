import Changes
import Foundation
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct MountPropagationTests {
  private func machine(_ mounts: String) throws -> ModelMachine {
    var small = SmallMachine()
    small.set("/proc/self/mountinfo", mounts)
    return try small.machine()
  }

  private func effect(_ change: MountPropagation, on model: ModelMachine) throws -> Mounts {
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    return try model.fact(Mounts.self)
  }

  @Test func `it says what it does`() {
    let one = MountPropagation(path: "/", points: ["/"])
    #expect(one.target == "/" && one.summary == "make the mount / shared now")
    #expect(one.needs == [.mount("/")] && one.reversal == .exact)
    #expect(
      one.diff
        == "--- /proc/self/mountinfo\n+++ /proc/self/mountinfo\n-/ private\n+/ shared\n")
    #expect(
      MountPropagation(path: "/", points: ["/", "/sys", "/run"]).diff.hasSuffix(
        "\n+/ shared, and 2 mounts below it\n"))
  }

  @Test func `what was no private mount is shown, and in the journal only then`() throws {
    let slave = MountPropagation(path: "/", points: ["/", "/u"], special: ["/": .slave])
    #expect(slave.diff.contains("\n-/ slave\n+/ shared, and 1 mounts"))
    let text = String(decoding: try JSONEncoder().encode(slave), as: UTF8.self)
    #expect(text.contains("\"special\":{\"\\/\":\"slave\"}"))
    #expect(try JSONDecoder().decode(MountPropagation.self, from: Data(text.utf8)) == slave)
    let old = #"{"path":"/","points":["/"]}"#
    #expect(
      try JSONDecoder().decode(MountPropagation.self, from: Data(old.utf8))
        == MountPropagation(path: "/", points: ["/"]))
  }

  @Test func `on a model its points are shared, others stay as they were`() throws {
    let model = try machine(
      """
      21 1 8:3 / / rw,relatime - ext4 /dev/sda3 rw
      24 21 0:21 / /sys rw master:3 - sysfs sysfs rw
      27 21 0:24 / /run rw - tmpfs tmpfs rw
      28 21 0:24 / /srv rw shared:4 - tmpfs tmpfs rw

      """)
    let change = MountPropagation(path: "/", points: ["/", "/sys"])
    #expect(try change.obstacle(on: model) == nil)
    #expect(try change.standing(on: model) == .gone)
    let mounts = try effect(change, on: model)
    #expect(mounts.all.map(\.isShared) == [true, true, false, true])
    #expect(mounts.all.map(\.type) == ["ext4", "sysfs", "tmpfs", "tmpfs"])
    #expect(try change.standing(on: model) == .asMade)
    #expect(try change.obstacle(on: model) == Obstacle(expected: "private", found: "shared"))
  }

  @Test(arguments: ["/srv/a b", "/srv/a\\b", "/srv/a\tb"])
  func `a mount point with a blank in it is one, as the kernel writes it`(_ point: String) throws {
    let written = point.map { ["\\": "\\134", " ": "\\040", "\t": "\\011"][$0] ?? String($0) }
      .joined()
    let model = try machine("28 21 0:24 / \(written) rw - tmpfs tmpfs rw\n")
    let path = try MachinePath(point)
    #expect(
      try effect(MountPropagation(path: path, points: [point]), on: model).at(path)?.isShared
        == true)
  }
}

import Changes
import Kernel
import Machines
import PlanSupport
import Planning
import PluginKit
import TestKit
import Testing

/// What must hold for every shipped plugin on every shipped simulated machine.
@Suite struct SimulatedTests {
  /// What `alpod test` holds every plugin against.
  @Test(arguments: Case.all, Property.allCases)
  func `every property holds`(_ tested: Case, _ property: Property) throws {
    let found = try property.violations { () throws(LoadFailure) in try tested.bench() }
    #expect(found == [])
  }

  @Test func `every shipped plugin is tried`() {
    #expect(Set(TriedUse.plain.map(\.plugin)) == Set(Shipped.plugins))
  }

  @Test(arguments: Case.refused)
  func `what a machine cannot have is refused with the reason`(_ tested: Case) throws {
    let reason = try #require(tested.use.refusal(on: tested.fixture))
    let bench = try Workbench(tested)
    let failure = try #require(throws: PluginFailure.self) { try bench.plan() }
    #expect(failure.message.contains(reason), "\(failure.message)")
    #expect(failure.kind == .impossible)
  }

  /// A machine on which everything was done but one change: that change, and no other, is planned, but for what has a
  /// service take it up. Changes of other plugins are looked at where those are tried themselves.
  @Test(arguments: Case.all)
  func `an effect that is taken away is all that is planned again`(_ tested: Case) throws {
    let plan = try Workbench(tested).plan()
    for (missing, drafted) in plan.changes.enumerated()
    // An image is fetched for a container, and not again for one that is there.
    where !(drafted.change is PackagesAdd || drafted.change is ImagePull)
      && drafted.instance == tested.use.plugin
    {
      let bench = try Workbench(tested)
      for (index, other) in plan.changes.enumerated() where index != missing {
        try other.change.effect(on: bench.machine, as: .init(number: 0, summary: "done"))
        bench.machine.settle()
      }
      var again = try bench.plan()
      if !drafted.change.isFollowUp { again.changes.removeAll { $0.change.isFollowUp } }
      #expect(
        again.targets == ["\(type(of: drafted.change).kind) \(drafted.change.target)"],
        "\(drafted.change.summary)")
    }
  }

  /// Files that plugins edit, each with a line of somebody else's.
  private static let foreign = [
    "/etc/subuid": "stranger:70000000:65536", "/etc/subgid": "stranger:70000000:65536",
    "/etc/modules": "loop", "/etc/modules-load.d/alpod.conf": "loop",
    "/etc/apk/repositories": "# a note", "/etc/rc.conf": "rc_logger=\"YES\"",
    "/etc/fstab": "# a note", "/etc/passwd": "stranger:x:7000:7000::/home/stranger:/bin/sh",
    "/etc/local.d/mine.start": "#!/bin/sh", "/etc/containers/registries.conf": "# a note",
  ]

  @Test(arguments: Case.all)
  func `lines of somebody else change nothing`(_ tested: Case) throws {
    let bench = try Workbench(tested)
    try bench.run()
    for (path, line) in Self.foreign {
      let place = try MachinePath(path)
      let touched = ModelMachine(over: bench.machine)
      guard case .file(let content, let access) = try touched.state(place) else { continue }
      let text = content + Array((line + "\n").utf8)
      try touched.put(Node(.file(content: text, access: access)), at: place, origin: nil)
      #expect(try bench.plan(on: touched).lines == [], "\(path)")
    }
  }
}

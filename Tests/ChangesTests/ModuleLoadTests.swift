import Changes
import Kernel
import Machines
import PlanSupport
import Testing

@Suite struct ModuleLoadTests {
  private let change = ModuleLoad(module: "nf-tables")

  @Test func `it says what it does, and what may stay`() {
    #expect(change.target == "nf-tables")
    #expect(change.summary == "load the kernel module nf-tables now")
    #expect(change.needs == [.module("nf-tables")])
    #expect(change.reversal == .leaves(["the module nf-tables, if something uses it by then"]))
    #expect(change.diff == "--- /proc/modules\n+++ /proc/modules\n+nf-tables\n")
  }

  @Test func `on a model the module is loaded, beside those that were`() throws {
    let model = try SmallMachine().machine()
    #expect(try change.obstacle(on: model) == nil)
    #expect(try change.standing(on: model) == .gone)
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    let modules = try model.fact(KernelModules.self)
    #expect(modules.has("nf_tables") && modules.has("ext4"))
    #expect(try change.standing(on: model) == .asMade)
    #expect(try change.obstacle(on: model) == Obstacle(expected: "not loaded", found: "loaded"))
  }

  @Test func `a kernel that has said nothing yet can say so now`() throws {
    let model = try SmallMachine.empty.machine()
    try change.effect(on: model, as: .init(number: 1, summary: change.summary))
    #expect(try model.fact(KernelModules.self).has("nf-tables"))
  }

  @Test func `what is not loaded any more needs no unloading`() throws {
    // No modprobe is there that could be called.
    let scratch = try ScratchRoot()
    try change.revert(on: scratch.host)
    #expect(throws: ChangeFailure.self) { try change.perform(on: scratch.host) }
  }
}

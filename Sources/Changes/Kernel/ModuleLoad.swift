internal import Kernel
public import Machines

/// Loads a kernel module now: `modprobe NAME`.
public struct ModuleLoad: Change, Hashable {
  public static let kind = "module.load"

  public let module: String

  public init(module: String) { self.module = module }

  public var target: String { module }
  public var location: String { "module \(module)" }
  public var summary: String { "load the kernel module \(module) now" }
  public var diff: String { "--- /proc/modules\n+++ /proc/modules\n+\(module)\n" }
  public var needs: [Need] { [.module(module)] }
  public var reversal: Reversal { .leaves(["the module \(module), if something uses it by then"]) }

  /// It is not on a disk at all.
  public var isSynchronized: Bool { true }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try machine.fact(KernelModules.self).has(module)
      ? Obstacle(expected: "not loaded", found: "loaded") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try machine.fact(KernelModules.self).has(module) ? .asMade : .gone
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let path: MachinePath = "/proc/modules"
    let content = try model.read(path) ?? []
    // The kernel writes names with underscores, whatever modprobe was asked for.
    let name = String(module.map { $0 == "-" ? "_" : $0 })
    try model.put(
      .file(content + Array("\(name) 0 0 - Live 0x0000000000000000\n".utf8), .init(mode: 0o444)),
      at: path, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    let command = Command("modprobe", ["--", module])
    let result = try host.run(command, seconds: 60)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    guard try isLoaded(host) else {
      throw .unverified("modprobe said that all is well, but the kernel has no module \(module)")
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    guard try isLoaded(host) else { return }
    // A module in use stays: that is the residue the plan named.
    _ = try host.run(Command("modprobe", ["-r", "--", module]), seconds: 60)
    if try isLoaded(host) { host.leaves("the kernel module \(module), which something uses") }
  }

  private func isLoaded(_ host: Host) throws(ChangeFailure) -> Bool {
    try reading { () throws(ReadFailure) in try host.machine.fact(KernelModules.self).has(module) }
  }
}

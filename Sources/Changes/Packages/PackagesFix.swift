internal import Kernel
public import Machines

/// Has apk install packages once more that it left broken: a script or a file that failed, attributes that were lost.
public struct PackagesFix: Change, Hashable {
  public static let kind = "apk.fix"

  public let packages: [InstalledPackages.Broken]

  public init(_ packages: [InstalledPackages.Broken]) { self.packages = packages }

  private var names: [String] { packages.map(\.name) }

  public var target: String { names.joined(separator: " ") }
  public var location: String { "packages" }
  public var summary: String {
    "install \(names.joined(separator: ", ")) once more: apk left it broken"
  }
  public var diff: String {
    "--- \(InstalledPackages.path)\n+++ \(InstalledPackages.path)\n"
      + packages.map { "-\($0.name) f:\($0.flags)\n+\($0.name)\n" }.joined()
  }
  public var needs: [Need] { names.map { .package($0) } }
  public var reversal: Reversal { .leaves(names.map { "\($0) mended" }) }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try broken(on: machine).isEmpty ? Obstacle(expected: "broken", found: "whole") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try broken(on: machine).isEmpty ? .past : .gone
  }

  private func broken(on machine: ModelMachine) throws(ReadFailure) -> [InstalledPackages.Package] {
    let installed = try machine.fact(InstalledPackages.self)
    return names.compactMap { installed[$0] }.filter { !$0.broken.isEmpty }
  }

  /// The records lose the lines that say so.
  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    let content = try model.read(InstalledPackages.path) ?? []
    var kept: [UInt8] = [], name = ""
    for line in content.lines {
      if line.starts(with: "P:".utf8) { name = line.dropFirst(2).text }
      if line.isEmpty { name = "" }
      if line.starts(with: "f:".utf8) && names.contains(name) { continue }
      kept += line + [UInt8(ascii: "\n")]
    }
    let access = try model.status(InstalledPackages.path).map(PathState.Access.init)
    try model.put(
      .file(kept, access ?? .init(mode: 0o644)), at: InstalledPackages.path, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try Apk.confirmRoom(host)
    let command = Apk.fix(names)
    let result = try host.run(command, environment: Apk.environment)
    let left = try reading { () throws(ReadFailure) in try broken(on: host.machine) }
    guard result.succeeded, left.isEmpty else {
      let still = left.map { "\($0.name) is still broken (f:\($0.broken))" }.joined(separator: ", ")
      throw .tool(command, result, reason: left.isEmpty ? result.complaint : still)
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    for name in names { host.leaves("\(name), mended") }
  }
}

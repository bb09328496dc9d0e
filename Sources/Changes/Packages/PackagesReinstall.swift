public import Kernel
public import Machines

/// Has apk unpack a package once more, whose programs lost the rights that they were installed with: `apk fix --reinstall`.
public struct PackagesReinstall: Change, Hashable {
  public static let kind = "apk.reinstall"

  public let package: String
  /// Programs that lack their set-user-id bit or file capabilities.
  public let programs: [MachinePath]
  /// Files of the package that are known beforehand.
  public let brings: [Catalog.File]

  public init(package: String, programs: [MachinePath], brings: [Catalog.File]) {
    self.package = package
    self.programs = programs
    self.brings = brings
  }

  private var names: String { programs.map(\.text).joined(separator: ", ") }

  public var target: String { package }
  public var location: String { "packages" }
  public var summary: String {
    "install \(package) once more: \(names) lost the rights it came with"
  }
  public var diff: String {
    programs.map { "--- \($0)\n+++ \($0)\n+set-user-id bit or file capabilities\n" }.joined()
  }
  public var needs: [Need] { [.package(package)] }
  public var reversal: Reversal { .leaves(["\(names) with the rights that \(package) gives"]) }

  /// Whether a program lends rights to whoever starts it.
  public static func isPowerful(_ program: MachinePath, on machine: ModelMachine)
    throws(ReadFailure) -> Bool
  {
    guard let status = try machine.status(machine.resolved(program)) else { return false }
    if status.mode & 0o6000 != 0 { return true }
    return try machine.hasCapabilities(program)
  }

  private func powerless(on machine: ModelMachine) throws(ReadFailure) -> [MachinePath] {
    var found: [MachinePath] = []
    for program in programs where try !Self.isPowerful(program, on: machine) {
      found.append(program)
    }
    return found
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    try powerless(on: machine).isEmpty ? Obstacle(expected: "no rights", found: "rights") : nil
  }

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    try powerless(on: machine).isEmpty ? .past : .gone
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    for file in brings where programs.contains(file.path) {
      try model.put(
        Node(file.content), at: file.path, isCapable: file.isCapable == true, origin: reference)
    }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try Apk.confirmRoom(host)
    let command = Command(
      "apk", ["--no-interactive", "--no-progress", "fix", "--reinstall", "--", package])
    let result = try host.run(command, environment: Apk.environment)
    guard result.succeeded else { throw .tool(command, result, reason: result.complaint) }
    let left = try reading { () throws(ReadFailure) in try powerless(on: host.machine) }
    guard left.isEmpty else {
      throw .unverified(
        "apk said that all is well, but \(left.map(\.text).joined(separator: ", ")) still lacks its rights: is the file system mounted nosuid, or one that keeps no capabilities?"
      )
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    host.leaves("\(names) with the rights that \(package) gives")
  }
}

internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum PackageRestore: Primitive {
  public static let signature = CallSignature(
    "apk.restore",
    "Sees that programs of a package have the rights that they were installed with: the set-user-id bit, or file capabilities.",
    details:
      "Both get lost when a system is copied with cp or tar. The package is unpacked once more. Nothing happens when it is not installed.",
    parameters: [
      Parameter("package", .packageName, help: "the package"),
      Parameter("programs", .list(.path), help: "those of its programs that lend rights"),
    ], needs: [.init("apk", of: "package")],
    example:
      "host.apk.restore{ package = \"shadow-subids\", programs = { \"/usr/bin/newuidmap\", \"/usr/bin/newgidmap\" } }"
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let package = try arguments.text("package")
    try draft.require(.package(package))
    let machine = draft.machine
    let installed = try looking { () throws(ReadFailure) in
      try machine.fact(InstalledPackages.self)
    }
    guard installed[package] != nil else { return .null }
    var lost: [MachinePath] = []
    for text in arguments.texts("programs") {
      guard let path = try? MachinePath(text) else { continue }
      let isThere = try looking { () throws(ReadFailure) in try machine.status(path) } != nil
      let isPowerful = try looking { () throws(ReadFailure) in
        try PackagesReinstall.isPowerful(path, on: machine)
      }
      if isThere && !isPowerful { lost.append(path) }
    }
    guard !lost.isEmpty else { return .null }
    let brings = draft.environment.catalog.files(of: package) ?? []
    try draft.add(
      PackagesReinstall(
        package: package, programs: lost, brings: brings.filter { lost.contains($0.path) }),
      restingOn: InstalledPackages.path)
    return .null
  }
}

public import Kernel
internal import Machines
internal import SystemPackage

/// The packages that upgrades replaced, so that taking an upgrade back does not depend on what a mirror still has:
/// /var/lib/alpod/packages/NAME-VERSION.apk.
public struct KeptPackages {
  public static let directory: MachinePath = "/var/lib/alpod/packages"

  private let root: Root

  public init(_ root: Root) { self.root = root }

  /// The kept package of a version; nil when there is none.
  func file(of name: String, _ version: String) -> MachinePath? {
    let path = Self.path(name, version)
    return (try? root.status(path))?.kind == .file ? path : nil
  }

  private static func path(_ name: String, _ version: String) -> MachinePath {
    directory.appending("\(name)-\(version).apk")
  }

  /// Keeps the packages that a transaction replaces, from the repositories that still have them. Most do not: an index
  /// names the newest version alone, but the file of an older one often stays beside it. apk verifies the signature when
  /// the package is put back.
  func keep(_ steps: [PackageTransaction.Step], on host: Host) throws(ChangeFailure) {
    let machine = host.machine
    let repositories = try reading { () throws(ReadFailure) in
      try machine.fact(Repositories.self)
    }.active.map(\.url)
    let arch = (try? machine.read("/etc/apk/arch"))?.lines.first { _ in true }?.trimmed.text
    for step in steps {
      guard let old = step.old, file(of: step.name, old) == nil else { continue }
      guard (try? root.makeStateDirectory(Self.directory)) != nil else { return }
      for repository in repositories {
        let source = "\(repository)/\(arch ?? "x86_64")/\(step.name)-\(old).apk"
        if try fetch(source, to: Self.path(step.name, old), host) { break }
      }
    }
  }

  private func fetch(_ source: String, to path: MachinePath, _ host: Host) throws(ChangeFailure)
    -> Bool
  {
    let part = MachinePath(trusted: path.text + ".part")
    let command =
      source.hasPrefix("/")
      ? Command("cp", ["--", source, part.text])
      : Command("wget", ["-q", "-T", "20", "-O", part.text, source])
    guard source.hasPrefix("/") || host.isOnline else { return false }
    let result = try? host.run(command, environment: Apk.environment, seconds: 300)
    guard result?.succeeded == true, (try? root.rename(part, to: path)) != nil else {
      try? root.remove(part)
      return false
    }
    return true
  }

  /// Removes those that no run that is kept could put back.
  /// - Parameter wanted: names with versions, "musl-1.2.5-r0".
  public func prune(keeping wanted: Set<String>) {
    for name in (try? root.list(Self.directory)) ?? [] {
      let isWanted = name.hasSuffix(".apk") && wanted.contains(String(name.dropLast(4)))
      if !isWanted { try? root.remove(Self.directory.appending(name)) }
    }
  }
}

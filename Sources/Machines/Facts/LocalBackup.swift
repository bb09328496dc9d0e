public import Kernel

/// Alpine's way to keep the files of a machine that runs from memory: `lbu` packs /etc, and what /etc/apk/protected_paths.d
/// names, into an archive on a medium (lbu(8), alpine-conf).
public struct LocalBackup: Fact, Sendable {
  /// Whether the root directory lies in memory: what is changed there is gone after a reboot unless it is packed.
  public let isDiskless: Bool
  /// LBU_MEDIA of /etc/lbu/lbu.conf: the name of a medium below /media; nil when there is none.
  public let medium: String?
  /// Paths beside /etc that are packed, by /etc/apk/protected_paths.d/*.list.
  public let included: [MachinePath]

  public static let list: MachinePath = "/etc/apk/protected_paths.d/lbu.list"

  public func includes(_ path: MachinePath) -> Bool {
    path.isInside("/etc") || included.contains { path.isInside($0) }
  }

  public static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
    let root = machine.isOffline ? nil : try machine.fileSystem(.root)
    let isInMemory = root == .tmpfs || root == FileSystemKind(name: "ramfs")
    let hasBackup = try machine.status("/etc/lbu") != nil
    var medium: String?
    for line in try machine.read("/etc/lbu/lbu.conf")?.lines ?? [].lines {
      let text = line.trimmed
      guard text.starts(with: "LBU_MEDIA=".utf8) else { continue }
      let value = text.dropFirst("LBU_MEDIA=".utf8.count).text
        .prefix { $0 != "#" }.split { "\"' \t".contains($0) }.joined()
      medium = value.isEmpty ? nil : value
    }
    var included: [MachinePath] = []
    let directory = list.parent
    for name in try machine.list(directory) ?? [] where name.hasSuffix(".list") {
      for line in try machine.read(directory.appending(name))?.lines ?? [].lines {
        // "+" packs, "-" leaves out, "!" packs whole; paths have no slash in front.
        let text = line.trimmed
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "!"),
          let path = try? MachinePath("/" + text.dropFirst().drop { $0 == UInt8(ascii: "/") }.text)
        else { continue }
        included.append(path)
      }
    }
    return Self(isDiskless: isInMemory && hasBackup, medium: medium, included: included)
  }
}

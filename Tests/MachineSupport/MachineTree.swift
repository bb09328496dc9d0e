import CProbe
import Foundation
import Kernel

/// Everything that is below a directory: kinds, modes, owners, contents, targets of links, extended attributes. Times and
/// inode numbers are not compared.
public struct MachineTree: Equatable, Sendable {
  /// By path from the directory on, without a leading slash.
  public private(set) var entries: [String: String] = [:]

  /// - Parameter except: paths that are left out with all that is below them.
  public init(_ directory: String, except: Set<String> = []) throws {
    try read(directory, "", except)
  }

  private mutating func read(_ top: String, _ path: String, _ except: Set<String>) throws {
    let place = path.isEmpty ? top : top + "/" + path
    guard let directory = opendir(place) else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let below = path.isEmpty ? name : path + "/" + name
      if except.contains(below) { continue }
      var status = stat()
      guard lstat(top + "/" + below, &status) == 0 else { continue }
      entries[below] = try Self.description(top + "/" + below, status)
      if status.st_mode & S_IFMT == S_IFDIR { try read(top, below, except) }
    }
  }

  private static func description(_ place: String, _ status: stat) throws -> String {
    let mode = String(status.st_mode & 0o7777, radix: 8)
    var text = "\(mode) \(status.st_uid):\(status.st_gid)"
    switch status.st_mode & S_IFMT {
    case S_IFDIR: text = "directory " + text
    case S_IFLNK:
      // A link's mode is nobody's to choose.
      return "link \(status.st_uid):\(status.st_gid) to "
        + (try FileManager.default.destinationOfSymbolicLink(atPath: place))
    case S_IFREG:
      let content = [UInt8](try Data(contentsOf: URL(filePath: place)))
      text = "file " + text + " " + Self.summary(content)
    default: text = "\(status.st_mode & S_IFMT) device \(status.st_rdev) " + text
    }
    return text + attributes(place)
  }

  private static func summary(_ content: [UInt8]) -> String {
    if content.count < 2000, let text = String(validating: content, as: UTF8.self) {
      return text.debugDescription
    }
    return "\(content.count) bytes " + Digest.sha256(content)
  }

  private static func attributes(_ place: String) -> String {
    var names = [CChar](repeating: 0, count: 4096)
    let size = Int(probe_attribute_names(place, &names, names.count))
    guard size > 0 else { return "" }
    return names[..<size].split(separator: 0).map {
      String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    .sorted().map { name in
      var value = [UInt8](repeating: 0, count: 4096)
      let length = max(0, Int(probe_attribute(place, name, &value, value.count)))
      return " \(name)=" + value.prefix(length).map { String($0, radix: 16) }.joined(separator: " ")
    }.joined()
  }

  /// What differs, a line each; empty when nothing does.
  public func differences(from other: MachineTree) -> [String] {
    Set(entries.keys).union(other.entries.keys).sorted().compactMap { path in
      let mine = entries[path], theirs = other.entries[path]
      return mine == theirs ? nil : "\(path): \(theirs ?? "nothing") became \(mine ?? "nothing")"
    }
  }
}

extension Laboratory {
  /// What no run and no undo promises anything of, with the reason.
  public static let uncompared: [String: String] = [
    "var/lib/alpod": "alpod's own journal",
    "srv": "the package repositories of the test",
    "var/cache/apk": "apk's own cache of indexes",
    "var/log": "logs",
    "var/lib/containers": "podman's probe leaves its empty storage, as it says",
    "home/admin/.local": "the same for the user",
    "home/admin/.config": "the same: podman's network lock",
    "etc/cni": "the same: podman's network lock",
    "var/lib/cni": "the same",
    "tmp/containers-user-1000": "the same: what podman has in place of /run/user",
    "tmp/podman-run-1000": "the same",
  ]

  /// The machine as it lies on the disk.
  /// - Parameter more: paths that are left out as well.
  public func tree(except more: Set<String> = []) throws -> MachineTree {
    try MachineTree(directory.path, except: Set(Self.uncompared.keys).union(more))
  }
}

extension Laboratory {
  /// Gives a file of the machine an extended attribute, as somebody would who marks files for a backup.
  public func setAttribute(_ name: String, _ value: String, of path: String) throws {
    let place = directory.appending(path: path).path
    guard probe_set_attribute(place, name, value, value.utf8.count) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
  }
}

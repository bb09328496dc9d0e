import Glibc
import Kernel

/// A directory of its own for one test, gone with the value.
public final class ScratchRoot {
  /// Without a slash at its end.
  public let directory: String
  public let root: Root

  public init() throws {
    var template = Array(
      "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/alpod-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ScratchError(operation: "mkdtemp", errno) }
    directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    chmod(directory, 0o755)
    root = try Root(directory)
  }

  deinit { Self.remove(directory) }

  /// Where a path of the scratch machine is on this one.
  public func at(_ path: String) -> String { directory + path }

  /// Writes a file, with the directories above it.
  public func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
    try write(path, Array(text.utf8), mode: mode)
  }

  public func write(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws {
    try makeParents(of: path)
    unlink(at(path))
    let file = open(at(path), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw ScratchError(operation: "open \(path)", errno) }
    defer { close(file) }
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fchmod(file, mode) == 0 else {
      throw ScratchError(operation: "write \(path)", errno)
    }
  }

  public func makeDirectory(_ path: String, mode: mode_t = 0o755) throws {
    try makeParents(of: path)
    guard mkdir(at(path), mode) == 0 || errno == EEXIST, chmod(at(path), mode) == 0 else {
      throw ScratchError(operation: "mkdir \(path)", errno)
    }
  }

  public func link(_ path: String, to target: String) throws {
    try makeParents(of: path)
    guard symlink(target, at(path)) == 0 else {
      throw ScratchError(operation: "symlink \(path)", errno)
    }
  }

  /// The text of a file; nil when there is none.
  public func read(_ path: String) throws -> String? {
    try root.read(try MachinePath(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  public func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(at(path), &status) == 0
  }

  /// Removes a path with all that is below it.
  public func remove(_ path: String) { Self.remove(at(path)) }

  private func makeParents(of path: String) throws {
    var place = directory
    for part in path.split(separator: "/").dropLast() {
      place += "/" + part
      guard mkdir(place, 0o755) == 0 || errno == EEXIST else {
        throw ScratchError(operation: "mkdir \(place)", errno)
      }
    }
  }

  private static func remove(_ path: String) {
    if unlink(path) == 0 || errno == ENOENT { return }
    chmod(path, 0o700)
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { remove(path + "/" + name) }
      }
      closedir(stream)
    }
    rmdir(path)
  }
}

public struct ScratchError: Error, CustomStringConvertible {
  public var description: String

  init(operation: String, _ number: Int32) {
    description = "\(operation): \(String(cString: strerror(number)))"
  }
}

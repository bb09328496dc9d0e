import Changes
import Foundation
import Kernel
import Machines

/// A directory that stands for a machine which does not run, gone with the test.
public final class ScratchRoot {
  public let root: Root
  private let directory: URL

  public init() throws {
    directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-scratch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    root = try Root(directory.path)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  public var live: LiveMachine { LiveMachine(root) }

  /// A fresh look at it.
  public var machine: ModelMachine { ModelMachine(over: live) }

  public var host: Changes.Host { host { _ in } }

  public func host(leaves: @escaping (String) -> Void) -> Changes.Host {
    Changes.Host(
      root: root, tools: ToolRunner(root), tag: "run-1", isOnline: false, leaves: leaves)
  }

  /// A file of text with an owner who may be given files without root: whoever runs the test.
  public static func text(_ text: String, mode: UInt16 = 0o644) -> PathState {
    .file(content: Array(text.utf8), access: access(mode))
  }

  public static func folder(_ mode: UInt16 = 0o755) -> PathState { .directory(access(mode)) }

  public static func access(_ mode: UInt16) -> PathState.Access {
    .init(mode: mode, owner: geteuid(), group: getegid())
  }

  /// Where a path of the machine is for the test.
  public func place(_ path: MachinePath) -> String { directory.path + path.text }

  /// Makes a file as somebody else would, past everything under test; directories on the way are made.
  public func write(_ path: MachinePath, _ text: String, mode: UInt16 = 0o644) throws {
    try makeDirectory(path.parent)
    try Data(text.utf8).write(to: URL(filePath: place(path)))
    chmod(place(path), mode_t(mode))
  }

  public func makeDirectory(_ path: MachinePath, mode: UInt16 = 0o755) throws {
    try FileManager.default.createDirectory(
      atPath: place(path), withIntermediateDirectories: true)
    chmod(place(path), mode_t(mode))
  }

  public func link(_ path: MachinePath, to target: String) throws {
    try makeDirectory(path.parent)
    try FileManager.default.createSymbolicLink(
      atPath: place(path), withDestinationPath: target)
  }

  /// Gives a path a state, owner aside.
  public func make(_ state: PathState, at path: MachinePath) throws {
    switch state {
    case .absent, .other: break
    case .file(let content, let access):
      try write(path, String(decoding: content, as: UTF8.self), mode: access.mode)
    case .directory(let access): try makeDirectory(path, mode: access.mode)
    case .link(let target, _): try link(path, to: target)
    }
  }

  public func remove(_ path: MachinePath) throws {
    try FileManager.default.removeItem(atPath: place(path))
  }

  /// What is at a path now.
  public func state(_ path: MachinePath) throws -> PathState { try root.observe(path) }

  public func text(_ path: MachinePath) throws -> String? {
    try root.read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Every path below the root, sorted.
  public var paths: [String] {
    (FileManager.default.enumerator(atPath: directory.path)?.allObjects as? [String] ?? []).sorted()
  }
}

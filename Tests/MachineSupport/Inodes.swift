import CProbe
import Foundation

/// A tree of files as a disk has it: inodes, and directories that give them names. What reaches a disk is the one or the
/// other, not paths.
public struct Inodes: Sendable {
  /// Numbers are used again, so a file is told from an earlier one by its birth as well.
  public struct ID: Hashable, Sendable {
    var number: UInt64
    var birth: Int64
  }

  public struct Inode: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
      case directory([String: ID])
      case file([UInt8])
      case link(String)
      case other
    }
    var kind: Kind
    var mode: mode_t
    var owner: uid_t
    var group: gid_t
    /// When it was last written, as far as that tells one content from another.
    var change: Int64
  }

  public private(set) var all: [ID: Inode] = [:]
  public let top: ID

  private init(_ all: [ID: Inode], top: ID) {
    self.all = all
    self.top = top
  }

  /// - Parameters:
  ///   - except: paths that are not looked at.
  ///   - earlier: what was read before; contents that are the same since are not read again.
  public init(_ directory: String, except: Set<String>, earlier: Inodes? = nil) throws {
    top = try Self.identify(directory).id
    try read(directory, "", except, earlier)
  }

  private static func identify(_ path: String) throws -> (id: ID, status: stat) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    return (ID(number: UInt64(status.st_ino), birth: probe_birth(path)), status)
  }

  private mutating func read(
    _ directory: String, _ path: String, _ except: Set<String>, _ earlier: Inodes?
  ) throws {
    let place = path.isEmpty ? directory : directory + "/" + path
    let (id, status) = try Self.identify(place)
    var inode = Inode(
      kind: .other, mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid,
      change: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      var entries: [String: ID] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: place) {
        let below = path.isEmpty ? name : path + "/" + name
        if except.contains(below) { continue }
        entries[name] = try Self.identify(place + "/" + name).id
        try read(directory, below, except, earlier)
      }
      inode.kind = .directory(entries)
    case S_IFREG:
      if let known = earlier?.all[id], known.change == inode.change {
        inode = known
      } else {
        inode.kind = .file([UInt8](try Data(contentsOf: URL(filePath: place))))
      }
    case S_IFLNK:
      inode.kind = .link(try FileManager.default.destinationOfSymbolicLink(atPath: place))
    default: break
    }
    all[id] = inode
  }

  /// What a path names; nil when it names nothing.
  func id(_ path: String) -> ID? {
    var place = top
    for name in path.split(separator: "/") {
      guard case .directory(let entries)? = all[place]?.kind, let next = entries[String(name)]
      else { return nil }
      place = next
    }
    return place
  }

  /// Every path with what is there.
  public func paths() -> [String: Inode] {
    var found: [String: Inode] = [:]
    collect(top, "", &found)
    return found
  }

  private func collect(_ id: ID, _ path: String, _ found: inout [String: Inode]) {
    guard let inode = all[id] else { return }
    found[path] = inode
    guard case .directory(let entries) = inode.kind else { return }
    for (name, entry) in entries { collect(entry, path.isEmpty ? name : path + "/" + name, &found) }
  }

  // MARK: What a call brings to the disk

  /// fsync(2) or fdatasync(2) of what is at a path in the machine's memory. Of a directory these are its names: what they
  /// lead to is on the disk as it was made, root's alone and without content, unless that was brought there itself.
  public mutating func synchronize(_ path: String, in memory: Inodes) {
    guard let id = memory.id(path), let inode = memory.all[id] else { return }
    all[id] = inode
    guard case .directory(let entries) = inode.kind else { return }
    for entry in entries.values where all[entry] == nil {
      guard var made = memory.all[entry] else { continue }
      switch made.kind {
      case .file: (made.kind, made.mode) = (.file([]), 0o600)
      case .directory: (made.kind, made.mode) = (.directory([:]), 0o700)
      case .link, .other: break
      }
      (made.owner, made.group) = (0, 0)
      all[entry] = made
    }
  }

  /// This tree with what is below a path taken from another one.
  public func replacing(_ path: String, from other: Inodes) -> Inodes {
    var result = self
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last, let holder = result.id(parts.dropLast().joined(separator: "/")),
      var directory = result.all[holder], case .directory(var entries) = directory.kind
    else { return result }
    entries[name] = other.id(path)
    directory.kind = .directory(entries)
    result.all[holder] = directory
    if let id = other.id(path) { result.take(id, from: other) }
    return result
  }

  private mutating func take(_ id: ID, from other: Inodes) {
    guard let inode = other.all[id] else { return }
    all[id] = inode
    guard case .directory(let entries) = inode.kind else { return }
    for entry in entries.values { take(entry, from: other) }
  }

  /// This tree without what a path names.
  public func removing(_ path: String) -> Inodes {
    replacing(
      path,
      from: Inodes(
        [top: Inode(kind: .directory([:]), mode: 0, owner: 0, group: 0, change: 0)], top: top))
  }

  // MARK: Back to files

  /// Makes a directory what this tree is.
  public func materialize(at directory: String, except: Set<String>) throws {
    let now = try Inodes(directory, except: except).paths(), wanted = paths()
    for path in now.keys.sorted(by: >) where !path.isEmpty {
      guard let inode = wanted[path], inode.isSameKind(as: now[path]) else {
        try FileManager.default.removeItem(atPath: directory + "/" + path)
        continue
      }
    }
    for (path, inode) in wanted.sorted(by: { $0.key < $1.key }) {
      if let old = now[path], old.isSame(as: inode) { continue }
      try inode.write(
        to: path.isEmpty ? directory : directory + "/" + path,
        isThere: now[path].map(inode.isSameKind) == true)
    }
  }
}

extension Inodes.Inode {
  fileprivate func isSameKind(as other: Self?) -> Bool {
    switch (kind, other?.kind) {
    case (.directory, .directory?), (.file, .file?): true
    case (.link(let one), .link(let two)?): one == two
    case (.other, .other?): true
    default: false
    }
  }

  fileprivate func isSame(as other: Self) -> Bool {
    guard isSameKind(as: other), mode == other.mode, owner == other.owner, group == other.group
    else { return false }
    if case .file(let mine) = kind, case .file(let theirs) = other.kind { return mine == theirs }
    return true
  }

  fileprivate func write(to place: String, isThere: Bool) throws {
    switch kind {
    case .directory:
      if !isThere {
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: false)
      }
    case .file(let content):
      try Data(content).write(to: URL(filePath: place))
      if mode & 0o111 != 0 { probe_wait_for_writers(place) }
    case .link(let target):
      if !isThere {
        try FileManager.default.createSymbolicLink(
          atPath: place, withDestinationPath: target)
      }
    case .other: return
    }
    guard lchown(place, owner, group) == 0 else { throw POSIXError(.EPERM) }
    if case .link = kind { return }
    guard chmod(place, mode) == 0 else { throw POSIXError(.EPERM) }
  }
}

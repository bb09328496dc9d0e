internal import Glibc
public import SystemPackage

/// Where the person who started alpod is.
public enum WorkingDirectory {
  /// - Parameter typed: the relative path that it is asked for.
  /// - Throws: when it is gone, or has no path: nothing relative leads anywhere then, least of all to the root.
  public static func path(for typed: String) throws(TypedPathFailure) -> MachinePath {
    guard let text = getcwd(nil, 0) else {
      let number = Errno(rawValue: errno)
      throw number == .noSuchFileOrDirectory
        ? .nowhere(typed) : .failed(typed, at: "the directory that you are in", number)
    }
    defer { free(text) }
    guard let name = String(validatingCString: text) else {
      throw .failed(typed, at: "the directory that you are in", .illegalByteSequence)
    }
    // "(unreachable)/…" is what the kernel says of a mount that was taken away.
    guard let path = try? MachinePath(name) else { throw .nowhere(typed) }
    return path
  }
}

extension MachinePath {
  /// The path that somebody typed, as the kernel takes it: relative to where one is, and with `..` being the directory above
  /// the one that a link before it leads to.
  public init(typed text: String) throws(TypedPathFailure) {
    try self.init(typed: text) { () throws(TypedPathFailure) in
      try WorkingDirectory.path(for: text)
    }
  }

  /// The same of a path that stands in a file.
  /// - Parameter directory: what a relative one is relative to.
  public init(typed text: String, in directory: MachinePath) throws(TypedPathFailure) {
    try self.init(typed: text) { directory }
  }

  private init(typed text: String, from place: () throws(TypedPathFailure) -> MachinePath)
    throws(TypedPathFailure)
  {
    let whole = text.utf8.first == UInt8(ascii: "/") ? text : try place().text + "/" + text
    let parts = whole.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
    guard let last = parts.lastIndex(of: "..") else {
      self = .following(whole, from: .root)
      return
    }
    let above = "/" + parts[...last].joined(separator: "/")
    guard let found = realpath(above, nil) else {
      throw .failed(text, at: above, Errno(rawValue: errno))
    }
    defer { free(found) }
    guard let directory = String(validatingCString: found) else {
      throw .failed(text, at: above, .illegalByteSequence)
    }
    self = .following(
      parts[(last + 1)...].joined(separator: "/"), from: MachinePath(trusted: directory))
  }
}

/// Why a path that somebody typed leads nowhere.
public enum TypedPathFailure: Error, Equatable {
  /// It is relative to a directory that is gone.
  case nowhere(String)
  case failed(String, at: String, Errno)

  public var message: String {
    switch self {
    case .nowhere(let typed):
      "\(typed.isEmpty ? "\"\"" : typed) leads nowhere: the directory that you are in is gone"
    case .failed(let typed, let place, let number):
      "\(typed.isEmpty ? "\"\"" : typed) leads nowhere: \(place): \(number)"
    }
  }

  public var hint: String {
    switch self {
    case .nowhere: "go to a directory that is there, or give the whole path, from / on"
    case .failed: "give the whole path, from / on, and without \"..\""
    }
  }
}

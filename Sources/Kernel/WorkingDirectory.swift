internal import Glibc

/// Where the person who started alpod is.
public enum WorkingDirectory {
  /// The root when it is gone, or cannot be told.
  public static var path: MachinePath {
    guard let text = getcwd(nil, 0) else { return .root }
    defer { free(text) }
    return (try? MachinePath(String(cString: text))) ?? .root
  }
}

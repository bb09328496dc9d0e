public import Kernel

/// One thing that a plugin must be allowed before alpod reads or changes it for the plugin.
public enum Need: Hashable, Sendable, Codable {
  /// Install or remove a package by name.
  case package(String)
  /// Take packages from another component of the machine's own mirror.
  case repository(String)
  /// Write a file, link or directory.
  case file(MachinePath)
  /// Give a file the set-user-id, set-group-id or sticky bit.
  case setIDBits(MachinePath)
  /// Read a file.
  case read(MachinePath)
  case service(String)
  case module(String)
  /// Change how mounts at a path spread.
  case mount(MachinePath)
  /// Give a user subordinate ids.
  case subordinateIDs(user: String)
  /// Call podman for something: "migrate", "info".
  case podman(String)

  /// The field of a plugin's `needs` that grants it.
  public var category: String {
    switch self {
    case .package: "apk"
    case .repository: "repositories"
    case .file: "files"
    case .setIDBits: "setid"
    case .read: "read"
    case .service: "services"
    case .module: "modules"
    case .mount: "mounts"
    case .subordinateIDs: "subids"
    case .podman: "podman"
    }
  }

  /// What of the category is asked for.
  public var subject: String {
    switch self {
    case .package(let name), .repository(let name), .service(let name), .module(let name),
      .subordinateIDs(user: let name), .podman(let name):
      name
    case .file(let path), .setIDBits(let path), .read(let path), .mount(let path): path.text
    }
  }
}

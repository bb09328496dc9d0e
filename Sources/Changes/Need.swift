public import Kernel

/// One thing that a plugin must be allowed before alpod reads or changes it for the plugin.
public enum Need: Hashable, Sendable {
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

/// In files as one text, category before subject: "apk podman".
extension Need: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let blank = text.firstIndex(of: " "),
      let need = Self(
        category: String(text[..<blank]), subject: String(text[text.index(after: blank)...]))
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "this alpod knows no need \"\(text)\""))
    }
    self = need
  }

  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    try value.encode("\(category) \(subject)")
  }

  /// - Returns: nil for a category that is not known, or a subject that is no path where one belongs.
  init?(category: String, subject: String) {
    let path = try? MachinePath(subject)
    switch category {
    case "apk": self = .package(subject)
    case "repositories": self = .repository(subject)
    case "services": self = .service(subject)
    case "modules": self = .module(subject)
    case "subids": self = .subordinateIDs(user: subject)
    case "podman": self = .podman(subject)
    case "files":
      guard let path else { return nil }
      self = .file(path)
    case "setid":
      guard let path else { return nil }
      self = .setIDBits(path)
    case "read":
      guard let path else { return nil }
      self = .read(path)
    case "mounts":
      guard let path else { return nil }
      self = .mount(path)
    default: return nil
    }
  }
}

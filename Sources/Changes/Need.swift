public import Kernel

/// One thing that a plugin must be allowed before alpod reads or changes it for the plugin.
public enum Need: Hashable, Sendable {
  /// Install or remove a package by name.
  case package(String)
  /// Take packages from another component of the machine's own mirror.
  case repository(String)
  /// Take packages from somewhere else, or trust another key: a URL, or the key's name.
  case packageTrust(String)
  /// Write a file, link or directory.
  case file(MachinePath)
  /// Give a file the set-user-id, set-group-id or sticky bit.
  case setIDBits(MachinePath)
  /// Read a file.
  case read(MachinePath)
  case service(String)
  /// Set variables that the script of a service runs with.
  case serviceSettings(String)
  case module(String)
  /// Set a kernel setting.
  case sysctl(String)
  /// Change how mounts at a path spread.
  case mount(MachinePath)
  /// Give a user subordinate ids.
  case subordinateIDs(user: String)
  /// Make an account.
  case account(String)
  /// Put an account that is made into a group.
  case accountGroup(String)
  /// Call podman for something: "migrate", "info", "run".
  case podman(String)
  /// Show a path of the machine in a container.
  case podmanMount(MachinePath)
  /// Give a container rights on the machine: "privileged", "host".
  case podmanPrivilege(String)
  /// Start a program of the machine.
  case command(MachinePath)

  /// The field of a plugin's `needs` that grants it.
  public var category: String {
    switch self {
    case .package: "apk"
    case .repository: "repositories"
    case .packageTrust: "apk.trust"
    case .file: "files"
    case .setIDBits: "files.setid"
    case .read: "read"
    case .service: "services"
    case .serviceSettings: "services.set"
    case .module: "modules"
    case .sysctl: "sysctl"
    case .mount: "mounts"
    case .subordinateIDs: "subids"
    case .account: "users"
    case .accountGroup: "users.groups"
    case .podman: "podman"
    case .podmanMount: "podman.mount"
    case .podmanPrivilege: "podman.privileged"
    case .command: "commands"
    }
  }

  /// What of the category is asked for.
  public var subject: String {
    switch self {
    case .package(let name), .repository(let name), .packageTrust(let name), .service(let name),
      .serviceSettings(let name), .module(let name), .sysctl(let name),
      .subordinateIDs(user: let name), .account(let name), .accountGroup(let name),
      .podman(let name), .podmanPrivilege(let name):
      name
    case .file(let path), .setIDBits(let path), .read(let path), .mount(let path),
      .podmanMount(let path), .command(let path):
      path.text
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
  public init?(category: String, subject: String) {
    let path = try? MachinePath(subject)
    switch category {
    case "apk": self = .package(subject)
    case "repositories": self = .repository(subject)
    case "apk.trust": self = .packageTrust(subject)
    case "services": self = .service(subject)
    case "services.set": self = .serviceSettings(subject)
    case "modules": self = .module(subject)
    case "sysctl": self = .sysctl(subject)
    case "users": self = .account(subject)
    case "users.groups": self = .accountGroup(subject)
    case "podman.privileged": self = .podmanPrivilege(subject)
    case "subids": self = .subordinateIDs(user: subject)
    case "podman": self = .podman(subject)
    case "files":
      guard let path else { return nil }
      self = .file(path)
    case "files.setid":
      guard let path else { return nil }
      self = .setIDBits(path)
    case "read":
      guard let path else { return nil }
      self = .read(path)
    case "mounts":
      guard let path else { return nil }
      self = .mount(path)
    case "podman.mount":
      guard let path else { return nil }
      self = .podmanMount(path)
    case "commands":
      guard let path else { return nil }
      self = .command(path)
    default: return nil
    }
  }
}

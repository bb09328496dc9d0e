internal import FoundationEssentials
public import Kernel

/// What podman keeps for root or a user, told without starting it: by the files of containers/storage and libpod.
public struct ContainerStore: Sendable {
  public struct Container: Hashable, Sendable {
    public let id: String
    public let name: String
    /// The id of its image.
    public let image: String
    /// What alpod wrote of how it was declared; nil when alpod did not make it, or it never ran.
    public let declaration: ContainerDeclaration?
    /// Whether it was ever started.
    public let hasRun: Bool
    public let isRunning: Bool
    /// Whether it was started with a limit of memory or CPU.
    public let isLimited: Bool
    /// Whether distrobox made it, and could not finish.
    public let isUnfinished: Bool

    public init(
      id: String, name: String, image: String, declaration: ContainerDeclaration?, hasRun: Bool,
      isRunning: Bool, isLimited: Bool = false, isUnfinished: Bool = false
    ) {
      self.id = id
      self.name = name
      self.image = image
      self.declaration = declaration
      self.hasRun = hasRun
      self.isRunning = isRunning
      self.isLimited = isLimited
      self.isUnfinished = isUnfinished
    }
  }

  public struct Image: Hashable, Sendable {
    public let id: String
    /// "docker.io/library/nginx:1.27".
    public let names: [String]
    /// Whether podman has copied it for containers that see its files with other owners.
    public let isCopied: Bool
  }

  public let settings: StorageSettings
  /// Whom it belongs to; 0 for root.
  public let owner: UInt32
  /// The driver that it was begun with, whatever the files ask for by now; nil when there is no store yet.
  public let driver: String?
  public let containers: [Container]
  public let images: [Image]

  public var exists: Bool { driver != nil }

  public func container(_ name: String) -> Container? { containers.first { $0.name == name } }

  /// The image that a name stands for. A name without a registry is looked for as podman does: as a local one, then with
  /// the registry that short names are of.
  public func image(_ name: String) -> Image? {
    if let full = fullName(name) { return images.first { $0.names.contains(full) } }
    return images.first { name.count >= 12 && $0.id.hasPrefix(name) }
  }

  /// The full name of the image that a name stands for; nil when none has it. From another registry that short names are of
  /// podman looks no further than the end either.
  public func fullName(_ name: String) -> String? {
    let full = Self.fullNames(name)
    let all = images.flatMap(\.names)
    return full.first(where: all.contains)
      ?? (full.count > 1 ? all.first { $0.hasSuffix("/" + full[1]) } : nil)
  }

  /// What a name may stand for, with a tag, the likeliest first.
  static func fullNames(_ name: String) -> [String] {
    let last = name.split(separator: "/").last ?? ""
    let tagged = last.contains(":") || name.contains("@") ? name : name + ":latest"
    let parts = tagged.split(separator: "/")
    let first = parts.count > 1 ? parts[0] : ""
    if first.contains(".") || first.contains(":") || first == "localhost" { return [tagged] }
    return [
      "localhost/" + tagged, tagged,
      "docker.io/" + (parts.count > 1 ? "" : "library/") + tagged,
    ]
  }

  public static func of(_ user: Accounts.User?, on machine: ModelMachine) throws(ReadFailure)
    -> Self
  {
    let settings = try StorageSettings.of(user, on: machine)
    let files = StoreFiles(root: settings.graphRoot, owner: user?.uid, machine: machine)
    guard let driver = try files.driver() else {
      return Self(
        settings: settings, owner: user?.uid ?? 0, driver: nil, containers: [], images: [])
    }
    let records = try files.containers(driver)
    // Most users have none, and then nobody's processes have to be gone through.
    let running =
      records.isEmpty
      ? [] : try RunningContainers.attendants(owner: user?.uid ?? 0, on: machine) ?? []
    var containers: [Container] = []
    for record in records {
      guard let name = record.names?.first else { continue }
      let config = try files.runtimeConfig(of: record.id, driver)
      containers.append(
        Container(
          id: record.id, name: name, image: record.image ?? "",
          declaration: config?.annotations?[ContainerDeclaration.annotation]
            .flatMap(ContainerDeclaration.init(annotation:)),
          hasRun: config != nil, isRunning: running.contains { $0.isOf(name: name, id: record.id) },
          isLimited: config?.isLimited == true,
          isUnfinished: config?.isDistrobox == true
            ? try files.setUpFailed(record.id, driver) : false))
    }
    let images = try files.images(driver).map {
      Image(id: $0.id, names: $0.names ?? [], isCopied: $0.copies?.isEmpty == false)
    }
    return Self(
      settings: settings, owner: user?.uid ?? 0, driver: driver, containers: containers,
      images: images)
  }

  /// What an image says of itself.
  public func configuration(of image: Image, on machine: ModelMachine) throws(ReadFailure)
    -> ImageConfiguration?
  {
    guard let driver else { return nil }
    return try StoreFiles(
      root: settings.graphRoot, owner: owner == 0 ? nil : owner, machine: machine
    )
    .configuration(of: image, driver)
  }
}

extension ContainerStore {
  /// The users and groups that an image has in its own files; nil when it cannot be told.
  public func accounts(of image: Image, on machine: ModelMachine) throws(ReadFailure) -> Accounts? {
    guard let driver else { return nil }
    return try StoreFiles(
      root: settings.graphRoot, owner: owner == 0 ? nil : owner, machine: machine
    )
    .accounts(of: image, driver)
  }
}

/// How alpod made a container, kept with it as an annotation, so that one look tells whether it is still what a plugin
/// wants, and undo can make the one from before anew.
public struct ContainerDeclaration: Hashable, Sendable, Codable {
  public static let annotation = "alpod.declaration"

  /// Tells declarations apart, the contents of secrets among them.
  public var digest: String
  /// What comes behind `podman run --detach`, without what alpod adds.
  public var arguments: [String]
  /// Which of the arguments is the image: options stand before it, the command behind.
  public var imageAt: Int
  /// Files whose contents are variables of the environment, by their names.
  public var secrets: [String: MachinePath]
  /// A keyed digest of whose it is, the arguments and the secrets' files, where there are any: the annotation lies in the
  /// owner's home, and must not name files for root to read.
  public var seal: String?

  public init(
    digest: String, arguments: [String], imageAt: Int, secrets: [String: MachinePath],
    seal: String? = nil
  ) {
    self.digest = digest
    self.arguments = arguments
    self.imageAt = imageAt
    self.secrets = secrets
    self.seal = seal
  }

  /// In base64: podman splits annotations at commas.
  public init?(annotation text: String) {
    guard let bytes = try? Base64.decode(text),
      let value = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
      value.arguments.indices.contains(value.imageAt)
    else { return nil }
    self = value
  }

  /// The image as it was asked for.
  public var image: String { arguments[imageAt] }

  /// The same with another image.
  public func made(of image: String) -> [String] {
    var words = arguments
    words[imageAt] = image
    return words
  }

  private static let titles = [
    "--publish": "port", "--env": "environment", "--user": "run as",
  ]

  /// What it says, a line each, for people.
  public var lines: [String] {
    var lines = ["image \(image)"]
    var rest = arguments[..<imageAt]
    while let option = rest.popFirst() {
      switch option {
      case "--privileged": lines.append("privileged")
      case "--read-only": lines.append("root read-only")
      default:
        guard let value = rest.popFirst(), option != "--name" else { continue }
        let title = Self.titles[option] ?? String(option.drop { $0 == "-" })
        let source = option == "--env" ? secrets[value].map { " from \($0)" } : nil
        lines.append("\(title) \(value)\(source ?? "")")
      }
    }
    let command = arguments[(imageAt + 1)...]
    if let program = command.first {
      lines.append("command \(Command(program, Array(command.dropFirst())))")
    }
    return lines
  }

  public var annotationText: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Base64.encode([UInt8]((try? encoder.encode(self)) ?? Data()))
  }
}

/// The part of an image's configuration that set-up asks about (OCI image-spec, config.md).
public struct ImageConfiguration: Hashable, Sendable {
  /// Whom its containers run as, "nginx", "1000:1000"; empty for root.
  public let user: String
  /// That as numbers; nil when the image has no such user, or it cannot be told.
  public let uid: UInt32?
  public let gid: UInt32?
  public let labels: [String: String]
}

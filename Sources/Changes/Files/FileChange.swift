public import Kernel
public import Machines
internal import SystemPackage

/// Gives one path a new state: a file's content, mode and owner, a link, a directory, or nothing.
public struct FileChange: PlacedChange, Hashable {
  public static let kind = "file"

  public let place: PlacedPath
  /// What it is for, when a typed primitive asked for it: "enable the community repository".
  public let purpose: String?
  public let needs: [Need]
  /// Whether a secret is in it, so that its content is not shown.
  private var holdsSecret: Bool?
  /// What has to end well once it is in its place; else it is taken back.
  public let validation: Command?
  /// Set when contents were dropped: the states then hold none in their places.
  private var digests: ContentDigests?

  public var hidesContent: Bool { holdsSecret == true }

  /// - Parameter needs: what it takes; writing the file, when a plugin asks for just that.
  public init(
    _ place: PlacedPath, purpose: String? = nil, needs: [Need]? = nil, hidesContent: Bool = false,
    validation: Command? = nil
  ) {
    holdsSecret = hidesContent ? true : nil
    self.validation = validation
    self.place = place
    self.purpose = purpose
    var required = needs ?? [.file(place.path)]
    if let validation, let program = try? MachinePath(validation.program),
      !required.contains(where: { $0.category == Need.command(program).category })
    {
      required.append(.command(program))
    }
    if place.after.lendsRights(over: place.before.access?.mode) {
      required.append(.setIDBits(place.path))
    }
    self.needs = required
  }

  public var target: String { place.path.text }
  public var placements: [PlacedPath] { [place] }
  public var reversal: Reversal { .exact }

  public var summary: String {
    if let purpose { return purpose }
    return switch (place.before, place.after) {
    case (.absent, .file): "create \(place.path)"
    case (_, .link(let target, _)): "link \(place.path) to \(target)"
    case (.absent, .directory): "make the directory \(place.path)"
    case (_, .absent): "remove \(place.path)"
    case (.file(let old, _), .file(let new, let access)) where old == new:
      "set \(place.path) to \(access.description)"
    case (.directory, .directory(let access)): "set \(place.path) to \(access.description)"
    default: "edit \(place.path)"
    }
  }

  public var diff: String {
    if digests != nil && !hidesContent {
      return "--- \(place.path)\n+++ \(place.path)\n" + ContentDigests.unkept
    }
    guard hidesContent else {
      return UnifiedDiff.of(place.path, from: place.before, to: place.after)
    }
    let names = [(place.before, "---"), (place.after, "+++")].map { state, mark in
      "\(mark) \(state == .absent ? "/dev/null" : place.path.text)\n"
    }
    return names.joined() + Self.unshown
  }

  private static let unshown = " its content is not shown: a secret is in it, or was\n"

  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    let standing: Standing =
      if let digests { digests.standing(of: place, try machine.state(place.path)) } else {
        try Standing.of(placements, on: machine)
      }
    if hidesContent, case .altered = standing {
      return .altered("--- \(place.path)\n+++ \(place.path)\n" + Self.unshown)
    }
    return standing
  }

  /// The same with other states of the file.
  public func replacing(_ place: PlacedPath) -> FileChange {
    FileChange(
      place, purpose: purpose, needs: needs, hidesContent: hidesContent, validation: validation)
  }

  /// The same, noting what else than its state would be lost of a file or directory that goes.
  /// - Throws: when its attributes cannot be read; nothing may be removed then.
  public func noting(attributesIn root: Root) throws(ChangeFailure) -> FileChange {
    var place = place
    guard place.before.isRemoved(by: place.after) else { return self }
    do throws(Errno) {
      let found = try root.attributes(place.path)
      place.attributes = found.isEmpty ? nil : found
    } catch {
      throw .placement(
        .failed(place.path, operation: "read its extended attributes", error))
    }
    return replacing(place)
  }

  public var shortened: any Change {
    guard digests == nil else { return self }
    let digests = ContentDigests(of: place, isShown: !hidesContent)
    // What it did is told by contents that are not there any more.
    var short = FileChange(
      digests.emptied(place), purpose: summary, needs: needs, hidesContent: hidesContent,
      validation: validation)
    if digests.before != nil || digests.after != nil { short.digests = digests }
    return short
  }

  /// The same, known as one that holds a secret.
  public func hidden() -> FileChange {
    var hidden = self
    hidden.holdsSecret = true
    return hidden
  }

  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    guard digests == nil else {
      return Obstacle(expected: "its contents to be known", found: "that they are no longer kept")
    }
    return try Obstacle.first(of: placements, on: machine)
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    try model.put(Node(place.after), at: place.path, origin: reference)
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try host.place(placements)
    guard let validation, host.root.isRunningMachine else { return }
    let result = try host.run(validation, seconds: 120)
    guard result.succeeded else { throw .tool(validation, result, reason: result.complaint) }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    try host.takeBack(placements)
  }
}

extension PathState {
  /// Whether it is a file or directory of which nothing stays under its name.
  fileprivate func isRemoved(by other: PathState) -> Bool {
    switch (self, other) {
    case (.file, .file), (.directory, .directory): false
    case (.file, _), (.directory, _): true
    case (.absent, _), (.link, _), (.other, _): false
    }
  }

  /// Whether its mode has a bit that lends rights (setuid, setgid, sticky; chmod(2)), and not just those of `mode`.
  public func lendsRights(over mode: UInt16?) -> Bool {
    let bits = (access?.mode ?? 0) & 0o7000
    return bits != 0 && bits != (mode ?? 0) & 0o7000
  }
}

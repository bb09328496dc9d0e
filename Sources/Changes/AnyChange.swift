public import Kernel

/// A change of any kind as it stands in the journal: `{"kind": …, "change": …}`.
public struct AnyChange: Sendable {
  public let change: any Change

  public init(_ change: any Change) { self.change = change }

  /// The names of all kinds.
  public static var kindNames: [String] { kinds.map { $0.kind } }

  /// Every kind of change there is. A journal or plan that names another is refused, never read in part.
  private static let kinds: [any Change.Type] = [
    FileChange.self, PackagesAdd.self, PackagesFix.self, PackagesReinstall.self, ServiceEnable.self,
    ServiceStart.self,
    ServiceReload.self, CommandRun.self,
    ModuleLoad.self, SysctlSet.self,
    MountPropagation.self, SubordinateIDGrant.self, UserAdd.self, PodmanMigrate.self,
    ContainerRun.self,
    ContainerStart.self, ImagePull.self, ImageBuild.self, StorageReset.self, OwnershipFix.self,
    Reverted.self,
  ]
}

extension AnyChange {
  /// The same, not showing what is in its file when that is one of these.
  public func hiding(_ files: Set<MachinePath>) -> AnyChange {
    if let reverted = change as? Reverted { return AnyChange(reverted.hiding(files)) }
    guard let file = change as? FileChange, files.contains(file.place.path) else { return self }
    return AnyChange(file.hidden())
  }
}

extension Change {
  /// The file whose content it does not show; nil when it shows all.
  public var hiddenFile: MachinePath? {
    guard let file = self as? FileChange ?? (self as? Reverted)?.file, file.hidesContent else {
      return nil
    }
    return file.place.path
  }
}

extension AnyChange: Codable {
  private enum Key: String, CodingKey { case kind, change }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let kind = try values.decode(String.self, forKey: .kind)
    guard let type = Self.kinds.first(where: { $0.kind == kind }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: values,
        debugDescription:
          "this alpod knows no change of the kind \"\(kind)\"; use the version that wrote it")
    }
    change = try values.decode(type, forKey: .change)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(type(of: change).kind, forKey: .kind)
    try values.encode(change, forKey: .change)
  }
}

public import Values

/// One call of the host API: compares what a plugin wants with what the machine has, and adds the changes that are
/// missing, or none.
public protocol Primitive: Sendable {
  static var signature: CallSignature { get }
  static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value
}

/// The host API: every call a plugin can make.
public enum HostAPI {
  /// The API level of this alpod; a plugin says with `api` which one it was written for.
  public static let level = 1

  public static let primitives: [any Primitive.Type] = [
    MachineGet.self, MachineRefuse.self, BackupGet.self, BackupInclude.self, BackupCommit.self,
    PackageAdd.self, PackageGet.self, PackageMissing.self, PackageBusy.self, PackageRestore.self,
    RepositoryAdd.self,
    KeyAdd.self,
    ServiceEnableCall.self, ServiceStartCall.self, ServiceReloadCall.self, ServiceInstance.self,
    ServiceSet.self, ServiceGet.self,
    FileRead.self, FileGet.self, FileList.self, FileWrite.self, FileLine.self, FileBlock.self,
    FileKey.self, FileLink.self, FileDirectory.self, FileRemove.self,
    ModuleLoadCall.self, ModuleGet.self,
    SysctlSetCall.self, SysctlGet.self,
    MountShare.self, MountGet.self,
    CgroupGet.self,
    CommandRunCall.self, UserAddCall.self, HomeRead.self, FileSystemGet.self,
    RuntimeAdd.self,
    SubidGrant.self, SubidGet.self,
    UserGet.self, UserList.self,
    PodmanMigrateCall.self, PodmanGet.self, PodmanMap.self, PodmanInfoCall.self, PodmanRunCall.self,
    ContainerGet.self, ContainerRunCall.self, ContainerBoot.self, ImageGet.self,
    ImageAdd.self,
    ImageBuildCall.self,
    StorageGet.self, StorageResetCall.self, OwnershipGet.self, OwnershipFixCall.self,
  ]

  private static let byName: [String: any Primitive.Type] = Dictionary(
    primitives.map { ($0.signature.name, $0) }
  ) { _, last in last }

  public static func primitive(named name: String) -> (any Primitive.Type)? { byName[name] }

  /// Answers a call.
  /// - Parameter name: without "host.".
  public static func call(_ name: String, _ given: [Value], _ draft: Draft, isProbing: Bool)
    throws(PrimitiveFailure) -> Value
  {
    guard let primitive = byName[name] else { throw .argument(unknown(name)) }
    if primitive.signature.isProbe && !isProbing {
      throw .argument("host.\(name) starts programs; only a plugin's `probe` may call it")
    }
    let arguments = try Arguments(given, for: primitive.signature)
    return try primitive.run(arguments, draft)
  }

  /// What is said of a call that there is not, or of a noun.
  /// - Parameter name: without "host.".
  public static func unknown(_ name: String) -> String {
    let text = "there is no call host.\(name)"
    let known = name.contains(".") ? Array(byName.keys) : nouns.map(\.name)
    if let near = Suggestion.nearest(to: name, among: known) {
      return "\(text); did you mean host.\(near)?"
    }
    let noun = name.prefix { $0 != "." }
    let verbs = byName.keys.filter { $0.hasPrefix(noun + ".") }.sorted()
    if !verbs.isEmpty {
      return "\(text); host.\(noun) has \(verbs.map { "host." + $0 }.joined(separator: ", "))"
    }
    let nouns = Set(byName.keys.map { String($0.prefix { $0 != "." }) }).sorted()
    return "\(text); host has \(nouns.joined(separator: ", "))"
  }
}

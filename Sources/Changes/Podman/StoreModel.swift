internal import FoundationEssentials
internal import Kernel
internal import Machines

/// podman's store on a model: what its files would say after a change.
struct StoreModel {
  private let account: Accounts.User?
  private let model: ModelMachine
  private let reference: ChangeReference
  private let store: ContainerStore
  private let driver: String

  init(_ user: String?, _ model: ModelMachine, _ reference: ChangeReference) throws(ReadFailure) {
    account = try user.flatMap { name throws(ReadFailure) in
      try model.fact(Accounts.self).user(name)
    }
    self.model = model
    self.reference = reference
    store = try ContainerStore.of(account, on: model)
    driver = store.driver ?? store.settings.driver ?? "overlay"
  }

  /// An id for something that has none yet.
  static func id(_ text: String) -> String { Digest.sha256(Array(text.utf8)) }

  private struct ContainerRecord: Encodable {
    var id: String
    var names: [String]
    var image: String
  }

  private struct ImageRecord: Encodable {
    var id: String
    var names: [String]
  }

  private struct Annotations: Encodable {
    var annotations: [String: String]
  }

  private struct ImageFile: Encodable {
    struct Config: Encodable {
      var Labels: [String: String]
    }
    var config: Config
  }

  /// A container; without a declaration none of that name.
  func put(
    _ name: String, image: String, _ declaration: ContainerDeclaration?, isRunning: Bool
  ) throws(ReadFailure) {
    var records = store.containers.filter { $0.name != name }.map {
      ContainerRecord(id: $0.id, names: [$0.name], image: $0.image)
    }
    try end(name)
    let containers = store.settings.graphRoot.appending("\(driver)-containers")
    if let declaration {
      let id = Self.id("container \(name) \(image) \(declaration.digest)")
      records.append(ContainerRecord(id: id, names: [name], image: image))
      let config = Annotations(
        annotations: [ContainerDeclaration.annotation: declaration.annotationText])
      try write(
        config, containers.appending(id).appending("userdata").appending("config.json"))
      if isRunning { try begin(name) }
    }
    try write(records, containers.appending("containers.json"))
    try markStore()
  }

  /// What the storage is known by as one of this driver.
  private func markStore() throws(ReadFailure) {
    let layers = store.settings.graphRoot.appending("\(driver)-layers").appending("layers.json")
    if try model.status(layers) == nil { try write([String](), layers) }
  }

  /// Runs or no longer runs.
  func set(_ name: String, isRunning: Bool) throws(ReadFailure) {
    if isRunning { try begin(name) } else { try end(name) }
  }

  /// An image of this name, in place of the one that has it.
  /// - Parameter labels: nil when nobody knows what is in it.
  func put(image name: String, id: String, labels: [String: String]?) throws(ReadFailure) {
    let full = store.fullName(name) ?? Self.full(name)
    var records = store.images.filter { $0.id != id }.map { image in
      ImageRecord(id: image.id, names: image.names.filter { $0 != full })
    }
    let others = store.images.first { $0.id == id }?.names.filter { $0 != full } ?? []
    records.append(ImageRecord(id: id, names: [full] + others))
    let images = store.settings.graphRoot.appending("\(driver)-images")
    try write(records, images.appending("images.json"))
    let file = "=" + Base64.encode(Array("sha256:\(id)".utf8))
    let path = images.appending(id).appending(file)
    if let labels {
      try write(ImageFile(config: .init(Labels: labels)), path)
    } else {
      try makeParents(path.parent)
      try model.put(.file(.arriving, access(0o600)), at: path, origin: reference)
    }
    try markStore()
  }

  private static func full(_ name: String) -> String {
    let tagged = name.split(separator: "/").last?.contains(":") == true ? name : name + ":latest"
    return tagged.contains("/") ? tagged : "localhost/" + tagged
  }

  /// The process that looks after a container that runs.
  private func begin(_ name: String) throws(ReadFailure) {
    // Beyond the numbers that the kernel gives (proc_sys_kernel(5), pid_max), the first that is free: the same wherever
    // in a plan it is asked for.
    var number = 4_194_304
    while try model.status(MachinePath("/proc").appending(String(number))) != nil { number += 1 }
    let process = MachinePath("/proc").appending(String(number))
    try model.put(.directory(access(0o555)), at: process, origin: reference)
    try model.put(
      .file(Array("/usr/bin/conmon\0-n\0\(name)\0".utf8), access(0o444)),
      at: process.appending("cmdline"), origin: reference)
  }

  private func end(_ name: String) throws(ReadFailure) {
    for process in try RunningContainers.processes(of: name, owner: account?.uid ?? 0, on: model) {
      try model.put(.absent, at: process, origin: reference)
    }
  }

  private func write(_ value: some Encodable, _ path: MachinePath) throws(ReadFailure) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let content = [UInt8]((try? encoder.encode(value)) ?? Data())
    try makeParents(path.parent)
    try model.put(.file(content, access(0o600)), at: path, origin: reference)
  }

  private func makeParents(_ directory: MachinePath) throws(ReadFailure) {
    guard directory != .root, try model.status(directory) == nil else { return }
    try makeParents(directory.parent)
    try model.put(.directory(access(0o700)), at: directory, origin: reference)
  }

  private func access(_ mode: UInt16) -> PathState.Access {
    .init(mode: mode, owner: account?.uid ?? 0, group: account?.gid ?? 0)
  }
}

internal import FoundationEssentials
internal import Kernel

/// The files of one store. Those of a user are read only where they are the user's own and no link leads to them.
struct StoreFiles {
  let root: MachinePath
  /// Nil for root's.
  let owner: UInt32?
  let machine: ModelMachine

  static let drivers = ["overlay", "vfs", "btrfs", "zfs"]

  struct ContainerRecord: Decodable {
    var id: String
    var names: [String]?
    var image: String?
  }

  struct ImageRecord: Decodable {
    var id: String
    var names: [String]?
    var layer: String?
    /// The top layers of its copies (containers/storage, images.go).
    var copies: [String]?

    enum CodingKeys: String, CodingKey {
      case id, names, layer
      case copies = "mapped-layers"
    }
  }

  struct LayerRecord: Decodable {
    var id: String
    var parent: String?
  }

  struct RuntimeConfig: Decodable {
    /// The part of runtime-spec's config.json (config-linux.md, "resources") that somebody has asked for; podman sets a
    /// limit of processes for everybody.
    struct Linux: Decodable {
      struct Resources: Decodable {
        struct Memory: Decodable { var limit: Int64? }
        struct CPU: Decodable {
          var quota: Int64?
          var cpus: String?
        }
        var memory: Memory?
        var cpu: CPU?
      }
      var resources: Resources?
    }

    struct Mount: Decodable { var source: String? }

    var annotations: [String: String]?
    var linux: Linux?
    var mounts: [Mount]?

    /// Whether distrobox made it: it begins with a program of the machine's.
    var isDistrobox: Bool {
      mounts?.contains { $0.source?.hasSuffix("/distrobox-init") == true } == true
    }

    var isLimited: Bool {
      let resources = linux?.resources
      return resources?.memory?.limit ?? 0 > 0 || resources?.cpu?.quota ?? 0 > 0
        || resources?.cpu?.cpus?.isEmpty == false
    }
  }

  private struct ImageConfig: Decodable {
    struct Config: Decodable {
      var User: String?
      var Labels: [String: String]?
    }
    var config: Config?
  }

  func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? {
    guard let owner else { return try machine.read(path) }
    return try machine.readOwned(path, by: owner)
  }

  private func list(_ path: MachinePath) throws(ReadFailure) -> [String]? {
    guard let owner else { return try machine.list(path) }
    return try machine.listOwned(path, by: owner)
  }

  /// The driver that a store was begun with. Where there are traces of several, podman's database decides, which cannot
  /// be read here; then it is the one that holds something.
  func driver() throws(ReadFailure) -> String? {
    let names = try list(root) ?? []
    let found = Self.drivers.filter { driver in
      names.contains("\(driver)-layers") || names.contains("\(driver)-images")
    }
    guard found.count > 1 else { return found.first }
    for driver in found {
      if try !containers(driver).isEmpty { return driver }
      if try !images(driver).isEmpty { return driver }
    }
    return found[0]
  }

  func containers(_ driver: String) throws(ReadFailure) -> [ContainerRecord] {
    try records(root.appending("\(driver)-containers").appending("containers.json"))
  }

  func images(_ driver: String) throws(ReadFailure) -> [ImageRecord] {
    try records(root.appending("\(driver)-images").appending("images.json"))
  }

  private func records<Record: Decodable>(_ path: MachinePath) throws(ReadFailure) -> [Record] {
    guard let content = try read(path), !content.isEmpty else { return [] }
    do { return try JSONDecoder().decode([Record].self, from: Data(content)) } catch {
      throw .malformed(path, line: nil, reason: "podman could not have written this")
    }
  }

  /// What the container was last started with.
  func runtimeConfig(of container: String, _ driver: String) throws(ReadFailure) -> RuntimeConfig? {
    guard Self.isID(container) else { return nil }
    let path = root.appending("\(driver)-containers").appending(container)
      .appending("userdata").appending("config.json")
    guard let content = try read(path) else { return nil }
    return try? JSONDecoder().decode(RuntimeConfig.self, from: Data(content))
  }

  /// Whether the set-up of a container of distrobox gave up: what it prints last is an error (distrobox-init), and
  /// distrobox says no more than "Container Setup Failure!".
  func setUpFailed(_ container: String, _ driver: String) throws(ReadFailure) -> Bool {
    let path = root.appending("\(driver)-containers").appending(container)
      .appending("userdata").appending("ctr.log")
    let content: [UInt8]?
    do throws(ReadFailure) { content = try read(path) } catch .failed {
      return false  // A log of that size is of one that has long been at work.
    }
    for line in (content ?? []).lines.reversed() {
      let text = line.text
      if text.contains("container_setup_done") { return false }
      if text.contains(" F Error: ") { return true }
    }
    return false
  }

  func configuration(of image: ContainerStore.Image, _ driver: String) throws(ReadFailure)
    -> ImageConfiguration?
  {
    guard Self.isID(image.id) else { return nil }
    // Big data lie under their names in base64 (containers/storage, makeBigDataBaseName).
    let name = "=" + Base64.encode(Array("sha256:\(image.id)".utf8))
    let path = root.appending("\(driver)-images").appending(image.id).appending(name)
    guard let content = try read(path),
      let config = try? JSONDecoder().decode(ImageConfig.self, from: Data(content)).config
    else { return nil }
    let user = config.User ?? ""
    let ids = try numbers(of: user, image, driver)
    return ImageConfiguration(
      user: user, uid: ids.uid, gid: ids.gid, labels: config.Labels ?? [:])
  }

  /// "user", "user:group", names or numbers; names are the image's own.
  private func numbers(of user: String, _ image: ContainerStore.Image, _ driver: String)
    throws(ReadFailure) -> (uid: UInt32?, gid: UInt32?)
  {
    if user.isEmpty { return (0, 0) }
    let parts = user.split(separator: ":").map(String.init)
    guard let first = parts.first else { return (nil, nil) }
    if let uid = UInt32(first), parts.count < 2 || UInt32(parts[1]) != nil {
      return (uid, parts.count > 1 ? UInt32(parts[1]) : try own(uid, image, driver)?.gid)
    }
    guard let accounts = try accounts(of: image, driver),
      let found = UInt32(first).map({ accounts.user(uid: $0) }) ?? accounts.user(first)
    else { return (UInt32(first), nil) }
    let group = parts.count > 1 ? UInt32(parts[1]) ?? accounts.group(parts[1])?.gid : found.gid
    return (found.uid, group)
  }

  private func own(_ uid: UInt32, _ image: ContainerStore.Image, _ driver: String)
    throws(ReadFailure) -> Accounts.User?
  {
    try accounts(of: image, driver)?.user(uid: uid)
  }

  /// /etc/passwd and /etc/group of an image, out of its topmost layer that has them.
  func accounts(of image: ContainerStore.Image, _ driver: String) throws(ReadFailure)
    -> Accounts?
  {
    guard let top = try images(driver).first(where: { $0.id == image.id })?.layer else {
      return nil
    }
    let layers: [LayerRecord] = try records(
      root.appending("\(driver)-layers").appending("layers.json"))
    let parents = Dictionary(layers.map { ($0.id, $0.parent) }) { first, _ in first }
    var passwd: [UInt8]?
    var group: [UInt8]?
    var next: String? = top
    var left = 128
    while let layer = next, Self.isID(layer), left > 0, passwd == nil || group == nil {
      left -= 1
      let tree =
        driver == "overlay"
        ? root.appending("overlay").appending(layer).appending("diff")
        : root.appending(driver).appending(driver == "vfs" ? "dir" : "subvolumes").appending(layer)
      let etc = tree.appending("etc")
      if passwd == nil { passwd = try read(etc.appending("passwd")) }
      if group == nil { group = try read(etc.appending("group")) }
      next = parents[layer] ?? nil
    }
    guard let passwd else { return nil }
    return Accounts(passwd: passwd, group: group ?? [])
  }

  /// Ids name directories.
  private static func isID(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
  }
}

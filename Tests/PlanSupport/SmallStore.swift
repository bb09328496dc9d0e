import FoundationEssentials
import Kernel
import Machines

/// A store of podman's, as its files have it.
extension SmallMachine {
  public struct StoredContainer {
    public var name: String
    /// Of its runtime configuration; nil when it was never started.
    public var annotations: [String: String]?

    public init(name: String, annotations: [String: String]?) {
      self.name = name
      self.annotations = annotations
    }
  }

  public struct StoredImage {
    public var id: String
    public var names: [String]?
    public var user: String
    public var labels: [String: String]
    /// Its layers from the top, with the files of each.
    public var layers: [[String: String]]

    public init(
      id: String, names: [String]?, user: String = "", labels: [String: String] = [:],
      layers: [[String: String]] = []
    ) {
      self.id = id
      self.names = names
      self.user = user
      self.labels = labels
      self.layers = layers
    }
  }

  /// An id of 64 digits that begins with a text of hexadecimal ones.
  public static func storedID(_ text: String) -> String {
    text + String(repeating: "0", count: 64 - text.count)
  }

  /// - Parameter user: nil for root's.
  public mutating func addStore(
    of user: String?, driver: String = "overlay", containers: [StoredContainer] = [],
    images: [StoredImage] = []
  ) {
    let owner: UInt32 = user == nil ? 0 : user == "bob" ? 1001 : 1000
    let root =
      user.map { MachinePath(trusted: "/home/\($0)/.local/share/containers/storage") }
      ?? "/var/lib/containers/storage"
    let folder = PathState.directory(.init(mode: 0o700, owner: owner, group: owner))
    func directories(_ path: MachinePath) {
      var place = path
      let top = user.map { MachinePath(trusted: "/home/\($0)") } ?? "/var/lib/containers"
      while place.isInside(top) {
        if files[place] == nil { files[place] = folder }
        place = place.parent
      }
    }
    func put(_ path: MachinePath, _ text: String) {
      directories(path.parent)
      files[path] = .file(
        content: Array(text.utf8), access: .init(mode: 0o600, owner: owner, group: owner))
    }
    func json(_ value: some Encodable) -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self)
    }
    var records: [String] = []
    for (index, container) in containers.enumerated() {
      let id = Self.storedID("c\(index)")
      records.append(
        "{\"id\":\"\(id)\",\"names\":[\(json(container.name))],\"image\":\"\(images.first?.id ?? Self.storedID("ff"))\"}"
      )
      guard let annotations = container.annotations else { continue }
      put(
        root.appending("\(driver)-containers").appending(id).appending("userdata")
          .appending("config.json"), "{\"ociVersion\":\"1\",\"annotations\":\(json(annotations))}")
    }
    put(
      root.appending("\(driver)-containers").appending("containers.json"),
      "[\(records.joined(separator: ","))]")
    var imageRecords: [String] = [], layers: [String] = []
    for image in images {
      let ids = image.layers.indices.map { Self.storedID(String(image.id.prefix(6)) + "\($0 + 1)") }
      let names = image.names.map { ",\"names\":\(json($0))" } ?? ""
      let layer = ids.first.map { ",\"layer\":\"\($0)\"" } ?? ""
      imageRecords.append("{\"id\":\"\(image.id)\"\(names)\(layer)}")
      for (index, id) in ids.enumerated() {
        let parent = index + 1 < ids.count ? ",\"parent\":\"\(ids[index + 1])\"" : ""
        layers.append("{\"id\":\"\(id)\"\(parent)}")
        let tree =
          switch driver {
          case "overlay": root.appending("overlay").appending(id).appending("diff")
          case "vfs": root.appending("vfs").appending("dir").appending(id)
          default: root.appending(driver).appending("subvolumes").appending(id)
          }
        for (path, text) in image.layers[index] {
          put(path.split(separator: "/").reduce(tree) { $0.appending($1) }, text)
        }
      }
      let file = "=" + Base64.encode(Array("sha256:\(image.id)".utf8))
      put(
        root.appending("\(driver)-images").appending(image.id).appending(file),
        "{\"config\":{\"User\":\(json(image.user)),\"Labels\":\(json(image.labels))}}")
    }
    put(
      root.appending("\(driver)-images").appending("images.json"),
      "[\(imageRecords.joined(separator: ","))]")
    put(
      root.appending("\(driver)-layers").appending("layers.json"),
      "[\(layers.joined(separator: ","))]")
  }
}

public import Kernel

/// Where a port of a container is published: [ADDRESS:][PORT]:PORT[/PROTOCOL] (podman-run(1), --publish).
public struct PortMapping: Hashable, Sendable {
  /// Nil for every address.
  public let address: String?
  public let hostPort: UInt16
  public let containerPort: UInt16
  /// "tcp", "udp" or "sctp".
  public let transport: String

  /// - Returns: nil for a text of another form. Both ports have to be named: one that podman chooses is none to rely on.
  public init?(_ text: String) {
    var rest = text[...]
    var transport = "tcp"
    if let slash = rest.lastIndex(of: "/") {
      transport = String(rest[rest.index(after: slash)...])
      rest = rest[..<slash]
    }
    guard ["tcp", "udp", "sctp"].contains(transport) else { return nil }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 2, let inside = Self.port(parts[parts.count - 1]),
      let outside = Self.port(parts[parts.count - 2])
    else { return nil }
    let address = parts.dropLast(2).joined(separator: ":")
    guard parts.count == 2 || Self.isAddress(address) else { return nil }
    self.address = parts.count == 2 ? nil : address
    hostPort = outside
    containerPort = inside
    self.transport = transport
  }

  private static func port(_ text: Substring) -> UInt16? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0
    else { return nil }
    return port
  }

  private static func isAddress(_ text: String) -> Bool {
    // Only in brackets are colons part of it, and letters.
    let isLong = text.hasPrefix("[") && text.hasSuffix("]")
    let plain = isLong ? text.dropFirst().dropLast() : text[...]
    return !plain.isEmpty
      && plain.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".")
          || isLong
            && (byte == UInt8(ascii: ":")
              || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20))
      }
  }
}

/// What is shown where in a container: SOURCE:TARGET[:OPTIONS] (podman-run(1), --volume). The source is an absolute path
/// or a named volume.
public struct VolumeMapping: Hashable, Sendable {
  public let source: String
  public let target: String
  public let options: [String]

  /// The directory or file of the machine; nil for a named volume.
  public var hostPath: MachinePath? { source.hasPrefix("/") ? try? MachinePath(source) : nil }

  /// podman's own; `U` changes the owners of everything in the source, so it is not among them.
  static let knownOptions: Set<String> = [
    "ro", "rw", "z", "Z", "exec", "noexec", "dev", "nodev", "suid", "nosuid", "shared", "slave",
    "private", "rshared", "rslave", "rprivate", "O", "idmap",
  ]

  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), (try? MachinePath(parts[1])) != nil, parts[1] != "/" else {
      return nil
    }
    let isPath = parts[0].hasPrefix("/") && (try? MachinePath(parts[0])) != nil
    guard isPath || Self.isName(parts[0]) else { return nil }
    let options = parts.count > 2 ? parts[2].split(separator: ",").map(String.init) : []
    guard options.allSatisfy(Self.knownOptions.contains), parts.count == 2 || !options.isEmpty
    else {
      return nil
    }
    source = parts[0]
    target = parts[1]
    self.options = options
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
    func isWord(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || "_.-".utf8.contains($0) }
  }
}

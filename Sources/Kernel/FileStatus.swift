internal import Glibc

/// What `lstat(2)` says of a file, in alpod's words.
public struct FileStatus: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable {
    case file, directory, link, characterDevice, blockDevice, fifo, socket
  }

  public var kind: Kind
  /// The twelve permission bits (set-user-id, set-group-id and sticky among them).
  public var mode: UInt16
  public var owner: UInt32
  public var group: UInt32
  /// In bytes.
  public var size: Int
  /// Major and minor number of a device.
  public var device: DeviceNumber?

  public struct DeviceNumber: Hashable, Sendable {
    public var major: UInt32
    public var minor: UInt32
    public init(major: UInt32, minor: UInt32) {
      self.major = major
      self.minor = minor
    }

    /// Glibc's dev_t: twelve bits of major number above eight of minor, the higher bits of each beyond (sys/sysmacros.h).
    init(_ packed: UInt) {
      major = UInt32(truncatingIfNeeded: packed >> 8 & 0xfff | packed >> 32 & 0xffff_f000)
      minor = UInt32(truncatingIfNeeded: packed & 0xff | packed >> 12 & 0xffff_ff00)
    }
  }

  public init(
    kind: Kind, mode: UInt16, owner: UInt32 = 0, group: UInt32 = 0, size: Int = 0,
    device: DeviceNumber? = nil
  ) {
    self.kind = kind
    self.mode = mode & 0o7777
    self.owner = owner
    self.group = group
    self.size = size
    self.device = device
  }

  init(_ raw: stat) {
    kind =
      switch raw.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .link
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .file
      }
    mode = UInt16(truncatingIfNeeded: raw.st_mode & 0o7777)
    owner = raw.st_uid
    group = raw.st_gid
    size = Int(raw.st_size)
    if kind == .characterDevice || kind == .blockDevice {
      device = DeviceNumber(raw.st_rdev)
    }
  }

  /// Whether anybody but the owner may change what it holds.
  public var isWritableByOthers: Bool { mode & 0o022 != 0 }
}

/// What kind of file system a path lies on, by the magic number of `statfs(2)` (linux/magic.h).
public struct FileSystemKind: Hashable, Sendable, CustomStringConvertible {
  public let name: String
  public var description: String { name }

  public init(name: String) { self.name = name }

  public init(magic: Int64) {
    name = Self.names[magic] ?? "0x" + String(magic, radix: 16)
  }

  public static let cgroup2 = FileSystemKind(name: "cgroup2")
  public static let tmpfs = FileSystemKind(name: "tmpfs")
  public static let sysfs = FileSystemKind(name: "sysfs")
  public static let overlay = FileSystemKind(name: "overlay")
  public static let btrfs = FileSystemKind(name: "btrfs")

  private static let names: [Int64: String] = [
    0x6367_7270: "cgroup2", 0x27e0eb: "cgroup", 0x0102_1994: "tmpfs", 0x6265_6572: "sysfs",
    0x794c_7630: "overlay", 0x9123_683e: "btrfs", 0xef53: "ext4", 0x5846_5342: "xfs",
    0x9fa0: "proc", 0x8584_58f6: "ramfs", 0x7371_7368: "squashfs", 0x6969: "nfs",
    0x2fc1_2fc1: "zfs", 0xf2f5_2010: "f2fs", 0x4d44: "vfat", 0x6573_5546: "fuse",
    0xff53_4d42: "cifs", 0x01021997: "9p",
  ]
}

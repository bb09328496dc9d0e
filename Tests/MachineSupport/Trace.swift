import Foundation

/// What strace(1) saw one process do.
public struct Trace: Sendable {
  /// A system call that changes something, or brings it to the disk.
  public struct Call: Hashable, Sendable, CustomStringConvertible {
    /// "renameat2"
    public var name: String
    /// What it is done to, the same in every run: paths, and the kind of what has none.
    public var subject: String
    /// How many calls of the name came up to it, itself counted: what strace calls `when`.
    public var number: Int
    /// The same among calls of the name with this subject.
    public var occurrence: Int

    public var description: String { "\(name) \(subject) (\(occurrence))" }

    /// Tells it from other calls, in whatever run.
    public var identity: String { description }
  }

  public private(set) var calls: [Call] = []
  /// Whether the process was killed.
  public private(set) var wasKilled = false

  /// Every call by which a program can change what others see: files, processes, mounts, locks, or what it tells them.
  public static let changing = [
    "openat", "openat2", "creat", "write", "pwrite64", "writev", "pwritev", "ftruncate", "truncate",
    "fallocate", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir",
    "mkdirat", "symlink", "symlinkat", "link", "linkat", "mknod", "mknodat", "chmod", "fchmod",
    "fchmodat", "chown", "lchown", "fchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "fremovexattr", "utimensat", "copy_file_range", "sendfile", "splice", "fsync",
    "fdatasync", "syncfs", "sync", "sync_file_range", "flock", "mount", "umount2", "kill",
    "clone", "clone3", "fork", "vfork", "memfd_create", "sendmsg", "sendto", "connect",
  ]

  /// An expression for strace that names all of them, whether or not the machine has them.
  public static let expression = changing.map { "?" + $0 }.joined(separator: ",")

  /// - Parameter text: what `strace -y -o` wrote.
  public init(_ text: String) {
    var numbers: [String: Int] = [:], occurrences: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      if line.hasPrefix("+++ killed") { wasKilled = true }
      guard let parenthesis = line.firstIndex(of: "("), !line.hasPrefix("+++"),
        !line.hasPrefix("---")
      else { continue }
      let name = String(line[..<parenthesis])
      guard Self.changing.contains(name) else { continue }
      numbers[name, default: 0] += 1
      guard let subject = Self.subject(name, line[line.index(after: parenthesis)...]) else {
        continue
      }
      occurrences[name + subject, default: 0] += 1
      calls.append(
        Call(
          name: name, subject: subject, number: numbers[name] ?? 0,
          occurrence: occurrences[name + subject] ?? 0))
    }
  }

  /// - Returns: nil for a call that changes nothing: a file that is opened only to be read.
  private static func subject(_ name: String, _ arguments: Substring) -> String? {
    let text = String(arguments)
    switch name {
    case "openat", "openat2":
      guard text.contains("O_CREAT") || text.contains("O_TRUNC") else { return nil }
      return paths(text)
    // The bytes may hold a time or a number that comes and goes.
    case "write", "pwrite64", "ftruncate", "fallocate", "sendmsg", "sendto", "connect":
      return descriptors(text).first ?? ""
    case "clone", "clone3", "kill": return ""
    default: return paths(text)
    }
  }

  private static func paths(_ text: String) -> String {
    let end = text.range(of: ") ", options: .backwards)?.lowerBound ?? text.endIndex
    let call = String(text[..<end])
    let quoted = call.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
    let own = quoted.map { word in
      word.hasPrefix(".alpod-scratch-") ? ".alpod-scratch" : word
    }
    return (descriptors(call) + own).joined(separator: " ")
  }

  /// What descriptors are of, as -y shows it: `3</etc>`.
  private static func descriptors(_ text: String) -> [String] {
    var found: [String] = []
    var rest = Substring(text)
    while let start = rest.range(of: #"[0-9]<"#, options: .regularExpression),
      let end = rest[start.upperBound...].firstIndex(of: ">")
    {
      let path = String(rest[start.upperBound..<end])
      rest = rest[rest.index(after: end)...]
      if let colon = path.firstIndex(of: ":"), path.contains("[") {
        found.append(String(path[..<colon]))
      } else if let scratch = path.range(of: "/.alpod-scratch-") {
        found.append(String(path[..<scratch.lowerBound]) + "/.alpod-scratch")
      } else {
        found.append(path)
      }
      // What a call answers is no argument.
      if rest.hasPrefix(") = ") { break }
    }
    return found
  }
}

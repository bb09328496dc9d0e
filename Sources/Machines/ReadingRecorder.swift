internal import Glibc
public import Kernel

/// A machine that notes what it is asked and what it answers, each question once.
public final class ReadingRecorder: Machine {
  public private(set) var readings: [Reading] = []
  private let base: any Machine
  private let looksForIdentity: Bool
  /// Whether a question that was put twice had one answer.
  public private(set) var isSteady = true
  private var answers: [Question: String] = [:]

  private struct Question: Hashable {
    var aspect: Reading.Aspect
    var path: MachinePath
    var owner: UInt32?
  }

  /// - Parameter looksForIdentity: whether a large file that has been as it is for long is told by its time of change, so
  ///   that it need not be read again.
  public init(_ base: any Machine, looksForIdentity: Bool = true) {
    self.base = base
    self.looksForIdentity = looksForIdentity
  }

  public var isOffline: Bool { base.isOffline }

  public func status(_ path: MachinePath) throws(ReadFailure) -> FileStatus? {
    try noting(.status, path) { (base) throws(ReadFailure) -> FileStatus? in
      try base.status(path)
    } text: {
      Answer.text($0)
    }
  }

  public func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? {
    try noting(.content, path) { (base) throws(ReadFailure) -> [UInt8]? in
      try base.read(path)
    } text: {
      self.text($0, path)
    }
  }

  public func look(_ path: MachinePath) throws(ReadFailure) -> (
    status: FileStatus, content: [UInt8]?
  )? {
    try noting(.look, path) {
      (base) throws(ReadFailure) -> (status: FileStatus, content: [UInt8]?)? in
      try base.look(path)
    } text: { found in
      guard let found else { return Answer.absent }
      let content = self.text(found.content, path)
      return content.hasPrefix(Answer.unchanged)
        ? content : Answer.text(found.status) + " " + content
    }
  }

  public func linkTarget(_ path: MachinePath) throws(ReadFailure) -> String? {
    try noting(.link, path) { (base) throws(ReadFailure) -> String? in
      try base.linkTarget(path)
    } text: {
      $0.map { "to " + $0 } ?? Answer.absent
    }
  }

  public func list(_ path: MachinePath) throws(ReadFailure) -> [String]? {
    try noting(.names, path) { (base) throws(ReadFailure) -> [String]? in
      try base.list(path)
    } text: {
      Answer.text($0)
    }
  }

  public func fileSystem(_ path: MachinePath) throws(ReadFailure) -> FileSystemKind? {
    try noting(.filesystem, path) { (base) throws(ReadFailure) -> FileSystemKind? in
      try base.fileSystem(path)
    } text: {
      $0?.name ?? Answer.absent
    }
  }

  public func readOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [UInt8]? {
    try noting(.ownContent, path, owner) { (base) throws(ReadFailure) -> [UInt8]? in
      try base.readOwned(path, by: owner)
    } text: {
      Answer.text($0)
    }
  }

  public func listOwned(_ path: MachinePath, by owner: UInt32) throws(ReadFailure) -> [String]? {
    try noting(.ownNames, path, owner) { (base) throws(ReadFailure) -> [String]? in
      try base.listOwned(path, by: owner)
    } text: {
      Answer.text($0)
    }
  }

  public func hasCapabilities(_ path: MachinePath) throws(ReadFailure) -> Bool {
    try noting(.capabilities, path) { (base) throws(ReadFailure) -> Bool in
      try base.hasCapabilities(path)
    } text: {
      "\($0)"
    }
  }

  public func changeTime(_ path: MachinePath) throws(ReadFailure) -> Int64? {
    try noting(.time, path) { (base) throws(ReadFailure) -> Int64? in
      try base.changeTime(path)
    } text: {
      "\($0 ?? -1)"
    }
  }

  public func tree(_ path: MachinePath) throws(ReadFailure) -> [TreeEntry]? {
    try noting(.tree, path) { (base) throws(ReadFailure) -> [TreeEntry]? in
      try base.tree(path)
    } text: { entries in
      Answer.text(entries?.map { "\($0.path) \(Answer.text($0.status))" })
    }
  }

  public func treeDigest(_ path: MachinePath) throws(ReadFailure) -> String? {
    try noting(.digest, path) { (base) throws(ReadFailure) -> String? in
      try base.treeDigest(path)
    } text: {
      $0 ?? Answer.absent
    }
  }

  public func processes(of owner: UInt32) throws(ReadFailure) -> [UserProcess]? {
    try noting(.processes, "/proc", owner) { (base) throws(ReadFailure) -> [UserProcess]? in
      try base.processes(of: owner)
    } text: { processes in
      Answer.text(processes?.map { "\($0.directory) \($0.group) \($0.commandLine[...].text)" })
    }
  }

  public func packageManagerAtWork() throws(ReadFailure) -> Int64? {
    try noting(.locking, "/proc") { (base) throws(ReadFailure) -> Int64? in
      try base.packageManagerAtWork()
    } text: {
      "\($0 ?? 0)"
    }
  }

  private func text(_ content: [UInt8]?, _ path: MachinePath) -> String {
    if looksForIdentity, let content, content.count > Answer.large,
      let identity = Answer.identity(path, on: base, ifOld: true)
    {
      return identity
    }
    // How often a module is in use says nothing about whether it is there.
    return path == "/proc/modules"
      ? Answer.text(KernelModules.names(in: content)?.sorted()) : Answer.text(content)
  }

  private func noting<T>(
    _ aspect: Reading.Aspect, _ path: MachinePath, _ owner: UInt32? = nil,
    ask: (any Machine) throws(ReadFailure) -> T, text: (T) -> String
  ) throws(ReadFailure) -> T {
    do throws(ReadFailure) {
      let answer = try ask(base)
      note(aspect, path, owner) { text(answer) }
      return answer
    } catch {
      note(aspect, path, owner) { "! \(error)" }
      throw error
    }
  }

  private func note(
    _ aspect: Reading.Aspect, _ path: MachinePath, _ owner: UInt32?, _ answer: () -> String
  ) {
    let question = Question(aspect: aspect, path: path, owner: owner)
    let answer = answer()
    if let before = answers.updateValue(answer, forKey: question) {
      isSteady = isSteady && before == answer
    } else {
      readings.append(Reading(aspect, path, owner: owner, answer: answer))
    }
  }
}

/// Answers as text.
enum Answer {
  static let absent = "-"
  /// Before when a large file changed last, and its size.
  static let unchanged = "="
  /// In bytes.
  static let large = 8192

  static func text(_ status: FileStatus?) -> String {
    guard let status else { return absent }
    let size = status.kind == .file ? status.size : 0
    let device = status.device.map { " \($0.major):\($0.minor)" } ?? ""
    return "\(status.kind.rawValue) \(status.mode) \(status.owner) \(status.group) \(size)\(device)"
  }

  static func text(_ content: [UInt8]?) -> String {
    content.map { Digest.sha256($0) } ?? absent
  }

  static func text(_ names: [String]?) -> String {
    names.map { Digest.sha256(Array($0.joined(separator: "\0").utf8)) } ?? absent
  }

  /// What every change of a regular file changes, by whatever way it is made (inode(7), ctime); nil for anything else, and
  /// for the kernel's own files, which have no such time.
  /// - Parameter ifOld: whether it is wanted only of a file that has been as it is for long.
  static func identity(_ path: MachinePath, on machine: any Machine, ifOld: Bool = false) -> String?
  {
    if ["/proc", "/sys", "/dev"].contains(where: { path.isInside($0) }) { return nil }
    guard let status = try? machine.status(path), status.kind == .file,
      let time = try? machine.changeTime(path), !ifOld || isOld(time)
    else { return nil }
    return "\(unchanged)\(time) \(text(status))"
  }

  /// Whether a file that changes from now on certainly gets another time: the clock of a file system stands still for up to
  /// a hundredth of a second, and that of some for two.
  private static func isOld(_ changed: Int64) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) - changed / 1_000_000_000 > 3
  }
}

internal import CLinux
internal import Glibc
internal import SystemPackage

/// Runs the machine's own programs: inside `--root DIR` by chroot, with a clean environment, in a session of their own
/// so that Ctrl-C reaches alpod and not a transaction in the middle.
public struct ToolRunner: Sendable {
  public static let searchPath = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// What is kept of each stream; a program that says more is cut, not refused.
  public static let outputLimit = 4 << 20

  private let root: Root
  private let kept: CInt

  /// - Parameter lock: a lock that is held as long as a program runs, whatever becomes of this process. No program has
  ///   it: a process beside each does.
  public init(_ root: Root, lock: FileLock? = nil) {
    self.root = root
    kept = lock?.descriptor ?? -1
  }

  /// Where a program is on the machine; nil when it is not.
  public func locate(_ program: String) -> MachinePath? {
    if program.hasPrefix("/") { return executable(program) }
    for directory in Self.searchPath {
      if let found = executable(directory + "/" + program) { return found }
    }
    return nil
  }

  /// Runs a program to its end.
  /// - Parameters:
  ///   - names: further arguments, which need not be UTF-8.
  ///   - environment: all of it, but for PATH, which is always the system's.
  ///   - identity: nil keeps alpod's own.
  ///   - directory: where it starts; the root when that cannot be entered.
  ///   - seconds: after which it gets a TERM, and a KILL two seconds later.
  ///   - line: called with each line of its output as it comes.
  ///   - tick: called a few times a second while it runs.
  public func run(
    _ command: Command, names: [[UInt8]] = [], environment: [String: String] = [:],
    identity: Identity? = nil, directory: String = "/", seconds: Int? = nil,
    line: ((String) -> Void)? = nil,
    tick: (() -> Void)? = nil
  ) throws(ToolError) -> CommandResult {
    guard let program = locate(command.program) else { throw .notFound(command.program) }
    // An empty file is an input that is over.
    let input = try capture(for: command)
    let output = try capture(for: command), error = try capture(for: command)
    let pid = spawn(
      program, command, names, environment, identity, directory, input.number, output.number,
      error.number)
    guard pid > 0 else { throw .cannotStart(command, reason: "\(Errno(rawValue: -pid))") }
    var streams = ToolStreams(output: output.number, error: error.number, line: line, tick: tick)
    let timedOut = streams.drain(until: pid, seconds: seconds)
    let ending = Self.wait(pid)
    return CommandResult(
      ending: timedOut ? .timedOut : ending, output: streams.output, errorOutput: streams.error)
  }

  private func capture(for command: Command) throws(ToolError) -> OpenFile {
    let made = linux_capture()
    guard made >= 0 else { throw .cannotStart(command, reason: "\(Errno(rawValue: -made))") }
    return OpenFile(made)
  }

  /// Starts a program that goes on by itself, whatever becomes of this process: in a session of its own, without the
  /// terminal, and without this runner's lock.
  public func startDetached(_ command: Command, environment: [String: String])
    throws(ToolError)
  {
    guard let program = executable(command.program) else {
      throw ToolError.notFound(command.program)
    }
    let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(nowhere) }
    let pid = ToolRunner(root).spawn(
      program, command, [], environment, nil, "/", nowhere, nowhere, nowhere)
    guard pid >= 0 else { throw ToolError.cannotStart(command, reason: "\(Errno(rawValue: -pid))") }
  }

  private func executable(_ path: String) -> MachinePath? {
    guard let path = try? MachinePath(path), (try? root.isExecutable(path)) == true else {
      return nil
    }
    return path
  }

  private func spawn(
    _ program: MachinePath, _ command: Command, _ names: [[UInt8]], _ environment: [String: String],
    _ identity: Identity?, _ directory: String, _ input: CInt, _ output: CInt, _ error: CInt
  ) -> CInt {
    var variables = environment
    variables["PATH"] = Self.searchPath.joined(separator: ":")
    let words = ([command.program] + command.arguments).map { Array($0.utf8) } + names
    let settings = variables.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
    return withCStrings(words) { argv in
      withCStrings(settings) { envp in
        program.text.withCString { path in
          directory.withCString { directory in
            (identity?.groups ?? []).withUnsafeBufferPointer { groups in
              var child = linux_child(
                executable: path, argv: argv, envp: envp,
                root: root.isRunningMachine ? -1 : root.descriptor, directory: directory,
                input: input, output: output, error: error, kept: kept,
                identity: identity != nil, uid: identity?.user ?? 0, gid: identity?.group ?? 0,
                groups: groups.baseAddress, group_count: groups.count)
              return linux_spawn(&child)
            }
          }
        }
      }
    }
  }

  private static func wait(_ pid: CInt) -> CommandResult.Ending {
    var status: CInt = 0
    while waitpid(pid, &status, 0) < 0 {
      if errno != EINTR { return .exited(127) }
    }
    // WIFEXITED and WIFSIGNALED are macros that the importer leaves out.
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
  }
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStrings<R>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
) -> R {
  let copies: [UnsafeMutablePointer<CChar>?] = strings.map {
    strdup($0.map(CChar.init(bitPattern:)) + [0])
  }
  defer { for copy in copies { free(copy) } }
  let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
  return pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else {
      preconditionFailure("an array with a nil in it has storage")
    }
    return body(base)
  }
}

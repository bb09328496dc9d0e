import Foundation
import ProgramSupport
import Testing

/// Machines to test on, made and entered by the scripts in Tests/Support.
public struct Laboratory: Sendable {
  public let directory: URL

  public typealias Ending = Program.Ending

  /// Everything that has to be there; a machine of Debian's programs takes root.
  public static var canRun: Bool {
    geteuid() == 0
      && ["/usr/bin/podman", "/usr/bin/newuidmap", "/sbin/openrc", "/bin/busybox"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
      }
  }

  /// Whether machines are made of Alpine's own programs.
  public static let isAlpine = ProcessInfo.processInfo.environment["ALPOD_ALPINE_ROOT"] != nil

  public static let support = Program.sources.appending(path: "Tests/Support")

  /// Where the Swift runtime of this process was loaded from; the program needs the same.
  public static let runtime: String = {
    let maps = (try? execute("/bin/cat", ["/proc/\(getpid())/maps"]).output) ?? ""
    let line = maps.split(separator: "\n").first { $0.hasSuffix("/libswiftCore.so") } ?? ""
    let path = line.split(separator: " ").last.map(String.init) ?? "/nowhere/x"
    return URL(filePath: path).deletingLastPathComponent().path
  }()

  /// Makes a machine for one test, and removes it afterwards.
  public static func with<T>(_ options: [String] = [], _ body: (Laboratory) throws -> T) throws -> T
  {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-live-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    let made = try execute(support.appending(path: "root").path, options + [directory.path])
    try #require(made.status == 0, "\(made.errors)")
    return try body(Laboratory(directory: directory))
  }

  /// Runs alpod on the machine, booted.
  public func alpod(_ arguments: String..., boot: Bool = true, cgroup2: Bool = false) throws
    -> Ending
  {
    try enter(["/run/build/alpod"] + arguments, boot: boot, cgroup2: cgroup2)
  }

  /// A plugin that changes a file, then installs a package, then changes another file.
  public func writeTrialPlugin(package: String) throws {
    try write(
      """
      return { api = 1, name = "trial", summary = "Two files and a package",
        needs = { apk = { "trial-*" }, files = { "/etc/trial/*" } },
        setup = function(host)
          host.file.write{ path = "/etc/trial/one", content = "1\\n" }
          host.apk.add("\(package)")
          host.file.write{ path = "/etc/trial/two", content = "2\\n" }
        end }
      """, to: "root/trial.lua")
  }

  /// A plugin that adds packages and nothing else, as /root/add.lua.
  public func writePackagesPlugin(_ packages: String...) throws {
    let list = packages.map { "\"\($0)\"" }.joined(separator: ", ")
    try write(
      """
      return { api = 1, name = "add", summary = "Packages", needs = { apk = { "*" } },
        setup = function(host) host.apk.add{ \(list) } end }
      """, to: "root/add.lua")
  }

  /// For scripts: prints world and the installed packages with their versions.
  public static let packages =
    "{ sort /etc/apk/world; sed -n 's/^[PV]://p' /lib/apk/db/installed | paste - - | sort; }"

  /// For scripts, on a machine with the trial packages: trial-base is there, and a newer one can be had; what there is by
  /// then stands in /root/before.
  public static let raisable = """
    apk add -q trial-base || exit 9
    \(packages) >/root/before
    echo /srv/alpine/later/main >>/etc/apk/repositories
    apk update -q

    """

  /// What scripts call: `alpod` by that name, and what asks again until a command succeeds, for at least five minutes.
  private static let words = """
    alpod() { /run/build/alpod "$@"; }
    eventually() {
      local so="$1" tries=0
      until eval "$so"; do
        [ $tries -lt 6000 ] || { echo "never so: $so" >&2; return 1; }
        tries=$((tries + 1)); usleep 50000
      done
    }

    """

  /// Runs a shell script on the machine, which has `alpod` and `eventually` by these names.
  /// - Parameter binds: what else is shown of the outside, as SOURCE:DESTINATION.
  public func script(
    _ text: String, boot: Bool = true, cgroup2: Bool = false, binds: [String] = [],
    seconds: Int = Program.patience
  ) throws -> Ending {
    try enter(
      ["/bin/sh", "-c", Self.words + text], boot: boot,
      cgroup2: cgroup2, binds: binds, seconds: seconds)
  }

  private func enter(
    _ command: [String], boot: Bool, cgroup2: Bool, binds: [String] = [],
    seconds: Int = Program.patience
  ) throws -> Ending {
    var options = [
      "--bind", "\(Program.build.path):/run/build", "--bind", "\(Self.runtime):/run/swift",
      "--env", "LD_LIBRARY_PATH=/run/swift", "--bind", "/bin/busybox:/run/busybox",
    ]
    for bind in binds { options += ["--bind", bind] }
    if boot { options.append("--boot") }
    if !cgroup2 { options.append("--no-cgroup2") }
    return try Self.execute(
      Self.support.appending(path: "enter").path, options + [directory.path] + command,
      seconds: seconds)
  }

  /// Runs alpod outside, on the machine as a directory.
  public func offline(_ arguments: String...) throws -> Ending {
    try Self.execute(
      Program.path, arguments + ["--root", directory.path])
  }

  /// Runs a program outside.
  public static func execute(
    _ program: String, _ arguments: [String], seconds: Int = Program.patience
  )
    throws -> Ending
  {
    var environment = ["HOME": "/root", "TERM": "dumb"]
    for name in ["ALPOD_ALPINE_ROOT", "ALPOD_TEST_CACHE", "TMPDIR"] {
      environment[name] = ProcessInfo.processInfo.environment[name]
    }
    return try Program.execute(program, arguments, environment: environment, seconds: seconds)
  }

  public func read(_ path: String) throws -> String {
    try String(contentsOf: directory.appending(path: path), encoding: .utf8)
  }

  public func write(_ text: String, to path: String) throws {
    let url = directory.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
    // What nobody agreed to would not be run.
    if path.hasSuffix(".lua"), !path.hasPrefix("etc/alpod") {
      try Agreement.add(text, to: directory)
    }
  }
}

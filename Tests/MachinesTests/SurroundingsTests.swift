import Kernel
import Machines
import Testing

@Suite struct SurroundingsTests {
  @Test(arguments: [
    ("/run/.containerenv", "", "podman"), ("/.dockerenv", "", "docker"),
    ("/proc/1/environ", "PATH=/bin\u{0}container=lxc\u{0}HOME=/\u{0}", "lxc"),
    ("/proc/1/environ", "container=systemd-nspawn", "systemd-nspawn"),
  ])
  func `a container is known by what its maker left`(
    _ path: String, _ content: String, _ container: String
  ) throws {
    let files = [try MachinePath(path): content]
    #expect(try machine(files).fact(Surroundings.self).container == container)
    #expect(try machine(files, isOffline: true).fact(Surroundings.self).container == nil)
  }

  @Test(arguments: [
    "", "\u{0}\u{0}", "PATH=/container=lxc\u{0}", "my_container=lxc\u{0}", "containers=lxc\u{0}",
    "container=\u{0}",
  ])
  func `elsewhere the word means nothing`(_ environment: String) throws {
    #expect(
      try machine(["/proc/1/environ": environment]).fact(Surroundings.self).container == nil)
  }

  /// Only root may read the first process's environment.
  private final class Guarded: Machine {
    let isOffline = false
    let failure: ReadFailure

    init(_ failure: ReadFailure) { self.failure = failure }

    func status(_ path: MachinePath) -> FileStatus? { nil }
    func read(_ path: MachinePath) throws(ReadFailure) -> [UInt8]? { throw failure }
    func look(_ path: MachinePath) throws(ReadFailure) -> (status: FileStatus, content: [UInt8]?)? {
      throw failure
    }
    func linkTarget(_ path: MachinePath) -> String? { nil }
    func list(_ path: MachinePath) -> [String]? { nil }
    func fileSystem(_ path: MachinePath) -> FileSystemKind? { nil }
    func readOwned(_ path: MachinePath, by owner: UInt32) -> [UInt8]? { nil }
    func listOwned(_ path: MachinePath, by owner: UInt32) -> [String]? { nil }
    func hasCapabilities(_ path: MachinePath) -> Bool { false }
    func changeTime(_ path: MachinePath) -> Int64? { nil }
    func tree(_ path: MachinePath) -> [TreeEntry]? { nil }
    func treeDigest(_ path: MachinePath) -> String? { nil }
  }

  @Test func `what may not be read is no container, and noted as unread`() throws {
    let model = ModelMachine(over: Guarded(.notPermitted("/proc/1/environ")))
    #expect(try model.fact(Surroundings.self).container == nil)
    #expect(model.unreadable == ["/proc/1/environ"])
  }

  @Test func `any other trouble is trouble`() {
    let failure = ReadFailure.failed("/proc/1/environ", reason: "Input/output error")
    let model = ModelMachine(over: Guarded(failure))
    #expect(throws: failure) { try model.fact(Surroundings.self) }
    #expect(model.unreadable.isEmpty)
  }
}

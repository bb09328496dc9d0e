import Kernel
import PlanSupport
import Testing

@testable import Machines

@Suite struct RunningContainersTests {
  private let admin = Accounts.User(
    name: "admin", uid: 1000, gid: 1000, home: "/home/admin", shell: "/bin/sh")

  /// As podman starts it (libpod/oci_conmon_common.go).
  private static func conmon(_ name: String, _ id: String, of session: String? = nil) -> String {
    """
    /usr/bin/conmon --api-version 1 -c \(id) -u \(session ?? id) -r /usr/bin/crun \
    -b /home/admin/.local/share/containers/storage/overlay-containers/\(id)/userdata \
    -p /run/user/1000/containers/overlay-containers/\(id)/userdata/pidfile -n \(name) \
    --exit-dir /run/user/1000/libpod/tmp/exits --full-attach \
    --exit-command /usr/bin/podman --exit-command-arg -n --exit-command-arg cleanup
    """
  }

  private func names(_ lines: [String], notes: [String: String] = [:], owner: UInt32 = 1000) throws
    -> [String]?
  {
    let model = try machine([:])
    for (index, line) in lines.enumerated() {
      let process = try MachinePath("/proc/\(2000 + index)")
      try model.put(
        .directory(.init(mode: 0o555, owner: 1000, group: 1000)), at: process, origin: nil)
      try model.put(
        .file(line.utf8.map { $0 == UInt8(ascii: " ") ? 0 : $0 } + [0], .init(mode: 0o444)),
        at: process.appending("cmdline"), origin: nil)
    }
    try model.put(.directory(.init(mode: 0o555, owner: 100_101)), at: "/proc/4711", origin: nil)
    for (id, text) in notes {
      try model.put(
        .file([UInt8](text), .init(mode: 0o644, owner: owner, group: owner)),
        at: MachinePath("/run/user/1000/containers/overlay-containers/\(id)/userdata/pidfile"),
        origin: nil)
    }
    return try RunningContainers.names(of: admin, on: model)
  }

  @Test func `each container that conmon looks after runs`() throws {
    let lines = [Self.conmon("web", "1f"), Self.conmon("db", "2f"), "/bin/sh -n other", "conmon"]
    #expect(try names(lines) == ["db", "web"])
    #expect(try names(lines, notes: ["1f": "4711", "2f": "4711\n"]) == ["db", "web"])
  }

  @Test func `conmon that waits for podman to clean up runs nothing`() throws {
    let lines = [Self.conmon("web", "1f"), Self.conmon("db", "2f")]
    #expect(try names(lines, notes: ["1f": "4712", "2f": "4711"]) == ["db"])
  }

  @Test func `a container that was renamed since is another one`() throws {
    let words = Self.conmon("web", "1f").split(separator: " ").joined(separator: "\0")
    let conmon = try #require(Conmon(commandLine: Array(words.utf8)))
    #expect(conmon.isOf(name: "old", id: "1f") && !conmon.isOf(name: "web", id: "2f"))
    let model = try #require(Conmon(commandLine: Array("conmon\0-n\0web".utf8)))
    #expect(model.isOf(name: "web", id: "1f") && !model.isOf(name: "db", id: "1f"))
  }

  @Test func `a renamed container goes by the name that it has now`() throws {
    var small = SmallMachine()
    small.addStore(of: "admin", containers: [.init(name: "old", annotations: [:])])
    let line = { (name: String, id: String) in
      Self.conmon(name, id).split(separator: " ").joined(separator: "\0") + "\0"
    }
    small.addProcess(2000, owner: 1000, line("web", SmallMachine.storedID("c0")))
    small.addProcess(2001, owner: 1000, line("gone", SmallMachine.storedID("c9")))
    #expect(try RunningContainers.names(of: admin, on: small.machine()) == ["gone", "old"])
  }

  @Test(arguments: ["", "x", "0", "-1", "99999999999"])
  func `a number that is none counts as running`(_ text: String) throws {
    #expect(try names([Self.conmon("web", "1f")], notes: ["1f": text]) == ["web"])
  }

  @Test func `what another user noted says nothing`() throws {
    #expect(try names([Self.conmon("web", "1f")], notes: ["1f": "4712"], owner: 1001) == ["web"])
  }

  @Test func `a command in a container that outlives it does not make it run`() throws {
    #expect(try names([Self.conmon("web", "1f", of: "9e")]) == [])
    #expect(try names([Self.conmon("web", "1f", of: "9e"), Self.conmon("web", "1f")]) == ["web"])
  }

  @Test(arguments: [
    "conmon -n web", "conmon -n web -p", "conmon -c 1f -n web",
    "conmon -c 1f -u 1f -n web -p pidfile",
    "conmon -n web -p /../x",
  ])
  func `a command line of which no file can be told counts as running`(_ line: String) throws {
    #expect(try names([line]) == ["web"])
  }

  @Test(arguments: ["conmon -n", "conmon", "", "/usr/bin/xconmon -n web"])
  func `what has no name is none`(_ line: String) throws {
    #expect(try names([line]) == [])
  }
}

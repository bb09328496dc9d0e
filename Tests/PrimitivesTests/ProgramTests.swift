import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

/// Programs of the machine that a plugin has started, and files that one of them looks at first.
@Suite struct ProgramTests {
  private func bench(
    _ needs: Needs = .some, _ change: (inout SmallMachine) -> Void = { _ in }
  ) throws -> Bench {
    var machine = SmallMachine()
    machine.set("/usr/bin/openssl", "ELF", mode: 0o755)
    machine.set("/bin/busybox", "ELF", mode: 0o755)
    machine.files["/bin/true"] = .link(target: "/bin/busybox")
    machine.set("/srv/tool", "#!/bin/sh\n", mode: 0o755)
    change(&machine)
    return try Bench(machine, needs: needs)
  }

  private func wish(
    _ program: String = "/usr/bin/openssl", _ arguments: [String] = ["dhparam", "-out", "x y"],
    creates: String = "/srv/dh.pem"
  ) -> Value {
    [
      "program": .string(program), "arguments": .list(arguments.map(Value.string)),
      "creates": .string(creates),
    ]
  }

  @Test func `it is planned as it would be typed, until what it creates is there`() throws {
    let bench = try bench()
    try bench.call("command.run", wish())
    try bench.call("command.run", wish())
    let change = try #require(try bench.changes().first as? CommandRun)
    #expect(try bench.changes().count == 1)
    #expect(change.summary == "run `/usr/bin/openssl dhparam -out 'x y'`")
    #expect(change.needs == [.command("/usr/bin/openssl"), .read("/srv/dh.pem")])
    #expect(
      change.reversal
        == .leaves(["what `/usr/bin/openssl dhparam -out 'x y'` did, /srv/dh.pem among it"]))
    // What will be in it nobody knows.
    #expect(bench.refusal("file.read", "/srv/dh.pem").hasPrefix("not known yet after run"))
    let there = try self.bench { $0.set("/srv/dh.pem", "") }
    try there.call("command.run", wish())
    #expect(try there.changes().isEmpty)
  }

  @Test func `offline nothing is started`() throws {
    let bench = try bench { $0.isOffline = true }
    try bench.call("command.run", wish())
    #expect(try bench.changes().isEmpty)
    #expect(try bench.bootNotes().count == 1)
  }

  @Test func `a link is allowed by its own name, or by that of the program`() throws {
    for name in ["/bin/true", "/bin/busybox"] {
      let bench = try bench(
        Needs(allowed: ["commands": [name], "read": ["/srv/**"]]))
      try bench.call("command.run", wish("/bin/true", []))
      #expect(try bench.changes().count == 1, "\(name)")
    }
    let bench = try bench(Needs(allowed: ["commands": ["/bin/false"], "read": ["/srv/**"]]))
    #expect(
      bench.refusal("command.run", wish("/bin/true", [])).hasPrefix(
        "the plugin's needs do not cover commands \""))
  }

  @Test func `a program that the plugin may write is not its to start`() throws {
    let all: [String: [String]] = ["commands": ["/**"], "read": ["/**"]]
    let bench = try bench(
      Needs(allowed: all.merging(["files": ["/srv/**"]]) { one, _ in one }))
    #expect(
      bench.refusal("command.run", wish("/srv/tool", [])).hasPrefix(
        "/srv/tool is a program that the plugin may write itself"))
    // Nor by a link that it lays, whichever part of the way that is.
    let links = try self.bench(
      Needs(
        allowed: all.merging(["files": ["/opt/link", "/opt/bin", "/srv/tool"]]) { one, _ in one }))
    try links.call("file.link", ["path": "/opt/link", "target": "/usr/bin/openssl"])
    #expect(
      links.refusal("command.run", wish("/opt/link", [])).contains("may write itself"))
    try links.call("file.link", ["path": "/opt/bin", "target": "/usr/bin"])
    #expect(
      links.refusal("command.run", wish("/opt/bin/openssl", [])).contains("may write itself"))
    for change in try links.changes() { #expect(!(change is CommandRun)) }
  }

  @Test func `an argument that holds a secret is refused`() throws {
    let bench = try bench()
    bench.environment.secrets = Secrets(["hunter2"])
    #expect(
      bench.refusal("command.run", wish("/usr/bin/openssl", ["--pass", "hunter2"])).contains(
        "an argument holds a secret"))
    #expect(try bench.changes().isEmpty)
  }

  @Test(
    arguments: [
      ("file.link", ["path": "/opt/link", "target": "hunter2"]),
      ("file.link", ["path": "/opt/hunter2", "target": "/srv"]),
      ("file.write", ["path": "/opt/a-hunter2", "content": "x"]),
      ("file.directory", ["path": "/opt/hunter2"]),
    ] as [(String, Value)])
  func `a secret is no name of what is changed, nor where a link leads`(
    _ call: String, _ arguments: Value
  ) throws {
    let bench = try bench(Needs(allowed: ["files": ["/opt/**"]]))
    bench.environment.secrets = Secrets(["hunter2"])
    #expect(bench.refusal(call, arguments).contains("a secret would stand in the name of"))
    #expect(try bench.changes().allSatisfy { !$0.diff.contains("hunter2") })
  }

  @Test(arguments: ["openssl", "", "../x", "/usr/../bin/x", "-x"])
  func `a program is an absolute path`(_ program: String) throws {
    let bench = try bench()
    #expect(bench.refusal("command.run", wish(program)).hasPrefix("host.command.run: program"))
    #expect(
      bench.refusal(
        "file.write",
        ["path": "/srv/x.conf", "content": "", "validate": [.string(program)]]
      ).contains("is no program: name its absolute path"))
    #expect(try bench.changes().isEmpty)
  }

  // MARK: file.write{ validate = … }

  private let validated: Value = [
    "path": "/srv/site.conf", "content": "a\n", "validate": ["/usr/bin/openssl", "-t", "-q"],
  ]

  @Test func `what looks at a file goes with its change, and takes a need of its own`() throws {
    let bench = try bench()
    try bench.call("file.write", validated)
    let change = try #require(try bench.changes().first as? FileChange)
    #expect(change.validation == Command("/usr/bin/openssl", ["-t", "-q"]))
    #expect(change.needs == [.file("/srv/site.conf"), .command("/usr/bin/openssl")])
    let refused = try self.bench(Needs(allowed: ["files": ["/srv/**"]]))
    #expect(
      refused.refusal("file.write", validated).hasPrefix(
        "the plugin's needs do not cover commands \"/usr/bin/openssl\""))
    #expect(try refused.changes().isEmpty)
  }

  @Test func `a link may stand for it there too`() throws {
    let bench = try bench(
      Needs(allowed: ["files": ["/srv/x"], "commands": ["/bin/busybox"]]))
    try bench.call(
      "file.write", ["path": "/srv/x", "content": "", "validate": ["/bin/true"]])
    #expect(try bench.changes().count == 1)
  }

  @Test func `a file that is as wanted is not looked at again`() throws {
    let bench = try bench { $0.set("/srv/site.conf", "a\n") }
    try bench.call("file.write", validated)
    #expect(try bench.changes().isEmpty)
  }

  @Test func `a second edit by the same plugin keeps it`() throws {
    let bench = try bench()
    try bench.call("file.write", validated)
    try bench.call("file.line", ["path": "/srv/site.conf", "line": "b"])
    let changes = try bench.changes().compactMap { $0 as? FileChange }
    #expect(changes.count == 1)
    #expect(changes.first?.validation == Command("/usr/bin/openssl", ["-t", "-q"]))
    #expect(try bench.text("/srv/site.conf") == "a\nb\n")
  }
}

extension Needs {
  fileprivate static let some = Needs(
    allowed: [
      "commands": ["/usr/bin/openssl"], "read": ["/srv/**"], "files": ["/srv/*.conf"],
    ])
}

import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct FileEditingTests {
  /// What a file holds after one call.
  private func edited(_ text: String?, _ call: String, _ fields: [String: Value]) throws -> String?
  {
    var machine = SmallMachine()
    if let text { machine.set("/srv/file", text, mode: 0o600) }
    let bench = try Bench(machine)
    let argument = Value.table(fields.merging(["path": "/srv/file"]) { $1 })
    try bench.call(call, argument)
    let changes = try bench.changes().count
    // Whatever it did, doing it again does nothing.
    try bench.call(call, argument)
    #expect(try bench.changes().count == changes)
    let after = try bench.text("/srv/file")
    #expect(after == text ? changes == 0 : changes > 0)
    return after
  }

  // MARK: file.line

  @Test(arguments: [
    (nil, "b\n"), ("", "b\n"), ("a\n", "a\nb\n"), ("a", "a\nb\n"), ("b\n", "b\n"), ("b", "b"),
    ("a\nb\nc\n", "a\nb\nc\n"), ("bb\n b\nb \n", "bb\n b\nb \nb\n"), ("a\r\n", "a\r\nb\n"),
    ("a\n\n", "a\n\nb\n"),
  ])
  func `a line is added at the end unless it is there`(_ before: String?, _ after: String) throws {
    #expect(try edited(before, "file.line", ["line": "b"]) == after)
  }

  @Test(arguments: [
    ("Port 22\n", "Port 2222\n"), ("#Port 22\n", "#Port 22\nPort 2222\n"),
    ("  Port 22", "Port 2222"), ("a\nPort 1\nPort 2\n", "a\nPort 2222\nPort 2\n"),
    ("Port 2222\n", "Port 2222\n"), (nil, "Port 2222\n"), ("Ports 1\n", "Ports 1\nPort 2222\n"),
  ])
  func `a line takes the place of the first that begins as it says`(
    _ before: String?, _ after: String
  ) throws {
    #expect(
      try edited(before, "file.line", ["line": "Port 2222", "prefix": "Port "]) == after)
  }

  @Test func `the file's bytes stay as they are, text or not`() throws {
    var machine = SmallMachine()
    machine.files["/srv/file"] = .file(
      content: [0xff, 0x00, 0x0a, 0xfe], access: .init(mode: 0o4600, owner: 7, group: 8))
    let bench = try Bench(machine)
    try bench.call("file.line", ["path": "/srv/file", "line": "b"])
    #expect(
      try bench.machine.state("/srv/file")
        == .file(
          content: [0xff, 0x00, 0x0a, 0xfe, 0x0a, 0x62, 0x0a],
          access: .init(mode: 0o4600, owner: 7, group: 8)))
  }

  @Test func `thousands of lines are one change`() throws {
    var machine = SmallMachine()
    machine.set("/srv/file", (0..<3000).map { "old \($0)\n" }.joined())
    let bench = try Bench(machine)
    for index in 0..<3000 {
      try bench.call("file.line", ["path": "/srv/file", "line": .string("new \(index)")])
      try bench.call("file.line", ["path": "/srv/file", "line": .string("old \(index)")])
      try bench.call("file.line", ["path": "/srv/file", "line": .string("new \(index / 2)")])
    }
    #expect(try bench.changes().count == 1)
    let lines = try #require(try bench.text("/srv/file")).split(separator: "\n")
    #expect(lines.count == 6000 && lines.last == "new 2999")
  }

  @Test func `two plugins that want different lines in one place are told apart`() throws {
    let bench = try Bench()
    try bench.call(
      "file.line", ["path": "/srv/f", "line": "Port 1", "prefix": "Port"], by: "one", line: 3)
    #expect(
      bench.refusal(
        "file.line", ["path": "/srv/f", "line": "Port 2", "prefix": "Port"], by: "two", line: 9)
        == "one (one.lua:3) wants the line of /srv/f that begins with \"Port\" to be \"Port 1\", and two (two.lua:9) wants it to be \"Port 2\""
    )
    try bench.call(
      "file.line", ["path": "/srv/f", "line": "Port 1", "prefix": "Port"], by: "two", line: 9)
  }

  // MARK: file.block

  private let block = "# BEGIN alpod x\none\ntwo\n# END alpod x\n"

  @Test func `a block is added at the end, and stays`() throws {
    for before in [nil, "", "a\n", "a", "a\n\n"] {
      let start = before.map { $0.isEmpty || $0.hasSuffix("\n") ? $0 : $0 + "\n" } ?? ""
      #expect(
        try edited(before, "file.block", ["name": "x", "text": "one\ntwo\n"]) == start + block)
    }
    #expect(try edited(block, "file.block", ["name": "x", "text": "one\ntwo"]) == block)
  }

  @Test func `a block's lines are replaced, and nothing around them`() throws {
    let before = "a\n# BEGIN alpod x\nold\n# END alpod x\nz"
    #expect(
      try edited(before, "file.block", ["name": "x", "text": "one\ntwo"]) == "a\n" + block + "z")
    #expect(
      try edited(before, "file.block", ["name": "x", "text": ""])
        == "a\n# BEGIN alpod x\n# END alpod x\nz")
  }

  @Test func `blocks of other names are other blocks`() throws {
    #expect(
      try edited(block, "file.block", ["name": "y", "text": "three", "comment": "//"])
        == block + "// BEGIN alpod y\nthree\n// END alpod y\n")
  }

  @Test func `a block without its end is not guessed at`() throws {
    var machine = SmallMachine()
    machine.set("/srv/file", "# BEGIN alpod x\none\n")
    #expect(
      try Bench(machine).refusal(
        "file.block", ["path": "/srv/file", "name": "x", "text": "one"])
        == "/srv/file has the line \"# BEGIN alpod x\" without its end\nrestore the line \"# END alpod x\""
    )
  }

  @Test func `a block cannot hold its own markers`() throws {
    for text: Value in ["# END alpod x", "a\n# BEGIN alpod x\n"] {
      #expect(
        try Bench().refusal("file.block", ["path": "/srv/f", "name": "x", "text": text])
          == "host.file.block: text holds its own marker")
    }
  }

  // MARK: file.key

  @Test(arguments: [
    (nil, "a=\"b\"\n"), ("", "a=\"b\"\n"), ("c=\"d\"\n", "c=\"d\"\na=\"b\"\n"),
    ("c=\"d\"", "c=\"d\"\na=\"b\"\n"), ("a=\"b\"\n", "a=\"b\"\n"), ("a=b\n", "a=b\n"),
    ("a='b'\n", "a='b'\n"), ("a=\"b\"  # why\n", "a=\"b\"  # why\n"), ("  a=b", "  a=b"),
    ("export a=b\n", "export a=b\n"), ("a=\"x\"\n", "a=\"b\"\n"), ("a=\n", "a=\"b\"\n"),
    // The last one counts.
    ("a=b\na=c\n", "a=b\na=\"b\"\n"), ("a=c\na=b\n", "a=c\na=b\n"),
    // Below the sample that people look for.
    ("#a=\"x\"\nz=1\n", "#a=\"x\"\na=\"b\"\nz=1\n"), ("# a=x\nz=1", "# a=x\na=\"b\"\nz=1"),
    ("#a=1\n#a=2\n", "#a=1\n#a=2\na=\"b\"\n"), ("ab=1\n", "ab=1\na=\"b\"\n"),
  ])
  func `a key has one value that counts`(_ before: String?, _ after: String) throws {
    #expect(try edited(before, "file.key", ["key": "a", "value": "b"]) == after)
  }

  @Test(arguments: ["", "1a", "a-b", "a b", "a=b", "a;b", "ä", "$a"])
  func `a key is a shell variable's name`(_ key: String) throws {
    let refusal = try Bench().refusal(
      "file.key", ["path": "/srv/f", "key": .string(key), "value": "b"])
    #expect(refusal == "host.file.key: key must be a shell variable's name, not \"\(key)\"")
  }

  @Test(arguments: ["a\"; rm -rf /; \"", "$(id)", "`id`", "a\\", "$HOME"])
  func `a value is nothing that a shell would act on`(_ value: String) throws {
    let refusal = try Bench().refusal(
      "file.key", ["path": "/srv/f", "key": "a", "value": .string(value)])
    #expect(refusal.contains("a character that a shell would not take as it is"))
  }

  @Test func `two values for one key are an error that names both`() throws {
    let bench = try Bench()
    try bench.call("file.key", ["path": "/srv/f", "key": "a", "value": "b"], by: "one", line: 3)
    #expect(
      bench.refusal("file.key", ["path": "/srv/f", "key": "a", "value": "c"], by: "two", line: 9)
        == "one (one.lua:3) wants a in /srv/f to be \"b\", and two (two.lua:9) wants it to be \"c\""
    )
  }

  @Test(arguments: ["file.line", "file.block", "file.key"])
  func `what is no file is not edited`(_ name: String) throws {
    var machine = SmallMachine()
    machine.files["/srv/dir"] = .folder()
    let fields: [String: [String: Value]] = [
      "file.line": ["line": "a"], "file.block": ["name": "a", "text": "b"],
      "file.key": ["key": "a", "value": "b"],
    ]
    let argument = Value.table((fields[name] ?? [:]).merging(["path": "/srv/dir"]) { $1 })
    let bench = try Bench(machine)
    #expect(bench.refusal(name, argument) == "/srv/dir is a directory (0755 0:0), not a file")
    #expect(try bench.changes().isEmpty)
  }
}

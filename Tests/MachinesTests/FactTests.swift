import Kernel
import Machines
import PlanSupport
import Testing

/// What is worked out from files is kept until one of those files changes.
@Suite struct FactTests {
  private struct Motd: Fact, Equatable {
    var text: String

    static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
      Self(text: String(decoding: try machine.read("/etc/motd") ?? [], as: UTF8.self))
    }
  }

  /// Rests on another fact.
  private struct Loud: Fact {
    var text: String
    static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
      Self(text: try machine.fact(Motd.self).text.uppercased())
    }
  }

  private struct Names: Fact {
    var names: [String]
    static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
      Self(names: try machine.list("/etc/d") ?? [])
    }
  }

  private struct Moody: Fact {
    static func read(from machine: ModelMachine) throws(ReadFailure) -> Self {
      if try machine.status("/etc/motd") == nil { throw .failed("/etc/motd", reason: "missing") }
      return Self()
    }
  }

  private let model = ModelMachine(over: nil)

  private func put(_ text: String, _ path: MachinePath) throws {
    try model.put(.file(Array(text.utf8)), at: path, origin: nil)
  }

  @Test func `a change of its file has it worked out anew, in whatever it is part of`() throws {
    try put("one", "/etc/motd")
    #expect(try model.fact(Loud.self).text == "ONE")
    #expect(try model.fact(Motd.self).text == "one")
    try put("two", "/etc/motd")
    #expect(try model.fact(Loud.self).text == "TWO")
    #expect(try model.fact(Motd.self).text == "two")
  }

  @Test func `also when the fact it rests on was known before`() throws {
    try put("one", "/etc/motd")
    #expect(try model.fact(Motd.self).text == "one")
    #expect(try model.fact(Loud.self).text == "ONE")
    try put("two", "/etc/motd")
    #expect(try model.fact(Loud.self).text == "TWO")
  }

  @Test func `a file that comes, goes or gets a line is a change`() throws {
    #expect(try model.fact(Motd.self).text == "")
    try put("one\n", "/etc/motd")
    #expect(try model.fact(Motd.self).text == "one\n")
    try model.append(line: Array("two".utf8), to: "/etc/motd")
    #expect(try model.fact(Motd.self).text == "one\ntwo\n")
    try model.put(.absent, at: "/etc/motd", origin: nil)
    #expect(try model.fact(Motd.self).text == "")
  }

  @Test func `what comes into a directory, or leaves it, changes what was made of its names`()
    throws
  {
    #expect(try model.fact(Names.self).names == [])
    try put("", "/etc/d/one")
    #expect(try model.fact(Names.self).names == ["one"])
    try put("", "/etc/d/two")
    #expect(try model.fact(Names.self).names == ["one", "two"])
    try model.put(.absent, at: "/etc/d/one", origin: nil)
    #expect(try model.fact(Names.self).names == ["two"])
  }

  @Test func `a file behind a link is the file`() throws {
    try put("one", "/data/motd")
    try model.put(.link(target: "/data/motd"), at: "/etc/motd", origin: nil)
    #expect(try model.fact(Motd.self).text == "one")
    try put("two", "/data/motd")
    #expect(try model.fact(Motd.self).text == "two")
    try put("three", "/etc/motd")
    #expect(try model.fact(Motd.self).text == "three")
    try put("four", "/data/motd")
    #expect(try model.fact(Motd.self).text == "three")
  }

  @Test func `a failure is no fact, and the next question is a new one`() throws {
    #expect(throws: ReadFailure.failed("/etc/motd", reason: "missing")) {
      try model.fact(Moody.self)
    }
    try put("", "/etc/motd")
    _ = try model.fact(Moody.self)
  }

  @Test func `other files have nothing to do with it`() throws {
    try put("one", "/etc/motd")
    _ = try model.fact(Accounts.self)
    try put("root:x:0:0:root:/root:/bin/sh\n", "/etc/passwd")
    #expect(try model.fact(Motd.self).text == "one")
    #expect(try model.fact(Accounts.self).user("root")?.uid == 0)
  }
}

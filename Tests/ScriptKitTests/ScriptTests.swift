import ScriptKit
import Testing
import Values

@Suite struct ScriptTests {
  @Test func `a table comes back with its functions as markers`() throws {
    let value = try Script.start().load(
      .lua("return { a = 1, b = { 'x', 'y' }, f = function() end }"), host: Answers())
    #expect(value == ["a": 1, "b": ["x", "y"], "f": .function])
  }

  @Test func `a call of the host is answered`() throws {
    let host = Answers { call in .value(.list(call.arguments + [.string(call.name)])) }
    let script = try Script.start()
    _ = try script.load(
      .lua("return { setup = function(host, opt)\n return host.a.b{ x = opt.y } end }"), host: host)
    let value = try script.call("setup", [.proxy("host"), .value(["y": 5])], host: host)
    #expect(value == [["x": 5], "host.a.b"])
    #expect(host.calls.first?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(host.calls.first?.caller == nil)
  }

  @Test func `functions are found by their path`() throws {
    let script = try Script.start()
    _ = try script.load(
      .lua(
        "return { tests = { first = function() return 1 end }, ['a.b'] = function() return 2 end }"),
      host: Answers())
    #expect(try script.call("tests.first", [], host: Answers()) == 1)
    #expect(try script.call("a.b", [], host: Answers()) == 2)
    for path in ["tests", "tests.second", "tests.first.x", "", "."] {
      #expect(throws: ScriptError.self) { try script.call(path, [], host: Answers()) }
    }
    #expect(try script.call("tests.first", [], host: Answers()) == 1)
  }

  @Test func `a path is read without running anything of the script's`() throws {
    let script = try Script.start()
    let text = "return setmetatable({}, { __index = function() error('ran') end })"
    _ = try script.load(.lua(text), host: Answers())
    let error = #expect(throws: ScriptError.self) { try script.call("main", [], host: Answers()) }
    #expect(error?.message == "the script's table has no function main")
  }

  @Test func `variables live as long as the script`() throws {
    let script = try Script.start()
    _ = try script.load(
      .lua("local n = 0 return { count = function() n = n + 1 return n end }"), host: Answers())
    _ = try script.call("count", [], host: Answers())
    #expect(try script.call("count", [], host: Answers()) == 2)
  }

  @Test func `an error does not end a script`() throws {
    let script = try Script.start()
    _ = try script.load(
      .lua("return { bad = function() error('x') end, good = function() return 1 end }"),
      host: Answers())
    #expect(throws: ScriptError.self) { try script.call("bad", [], host: Answers()) }
    #expect(try script.call("good", [], host: Answers()) == 1)
  }

  @Test(arguments: [
    Value.null, true, false, 0, -1, .integer(.min), .integer(.max), .number(0.5), .number(-0.0),
    .number(.infinity), "", "text", "zürich\u{0}x", .bytes([0xff, 0, 0xfe]), [], [1, "a", true],
    ["k": ["l": [["m": 1]]]], ["": 1],
  ])
  func `a value goes there and back as it was`(_ value: Value) throws {
    let host = Answers { call in .value(call.arguments[0]) }
    let script = try Script.start()
    _ = try script.load(
      .lua("return { main = function(host, v) return host.x.y(v) end }"), host: host)
    #expect(try script.call("main", [.proxy("host"), .value(value)], host: host) == value)
    #expect(host.calls[0].arguments == [value])
  }

  @Test func `a number that is none comes as such`() throws {
    guard case .number(let number) = try evaluate("0/0") else {
      Issue.record("no number")
      return
    }
    #expect(number.isNaN)
  }

  @Test func `what is printed comes in its order, with tabs and line ends`() throws {
    let host = Answers()
    try run("print('a', 1, nil, true) print() print('\\xff\\0b') host.x.y() print('c')", host: host)
    #expect(host.output == Array("a\t1\tnil\ttrue\n\n".utf8) + [0xff, 0] + Array("b\nc\n".utf8))
  }

  @Test func `more prints than fit into one read all come`() throws {
    let host = Answers()
    try run("for i = 1, 2000 do print(('x'):rep(i % 90)) end", host: host)
    #expect(host.output.count == (1...2000).reduce(0) { $0 + $1 % 90 + 1 })
  }

  @Test func `a frame of the largest size comes through`() throws {
    let host = Answers { call in .value(call.arguments[0]) }
    #expect(try run("return #host.x.y(('x'):rep(1000000))", host: host) == 1_000_000)
  }

  @Test func `a script does not go on after its end`() throws {
    let script = try Script.start()
    _ = try script.load(.lua("return { f = function() end }"), host: Answers())
    script.end()
    script.end()
    let error = #expect(throws: ScriptError.self) { try script.call("f", [], host: Answers()) }
    #expect(error?.kind == .died(signal: nil))
  }

  @Test func `a script in the middle of a call takes no other`() throws {
    let script = try Script.start()
    var inner: ScriptError?
    let host = Answers { _ in
      inner = #expect(throws: ScriptError.self) { try script.call("main", [], host: Answers()) }
      return .value(7)
    }
    _ = try script.load(
      .lua("return { main = function(host) return host.x.y() end }"), host: host)
    #expect(try script.call("main", [.proxy("host")], host: host) == 7)
    #expect(inner?.kind == .runtime)
  }

  @Test func `scripts run within each other's calls and beside each other`() throws {
    let outer = Answers { _ in
      .value((try? run("return host.a.b() + 1", host: Answers { _ in .value(41) })) ?? .null)
    }
    #expect(try run("return host.x.y()", host: outer) == 42)
    let scripts = try (0..<20).map { _ in try Script.start() }
    for (number, script) in scripts.enumerated() {
      _ = try script.load(.lua("return { f = function() return \(number) end }"), host: Answers())
    }
    for (number, script) in scripts.enumerated() {
      #expect(try script.call("f", [], host: Answers()) == .integer(Int64(number)))
    }
  }

  @Test func `scripts can be started from several threads at once`() async throws {
    let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
      for number in 0..<40 {
        group.addTask { try run("return \(number)").integer ?? 0 }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 780)
  }

  @Test func `the release of Lua is told`() {
    #expect(Script.luaRelease.hasPrefix("5.4."))
  }
}

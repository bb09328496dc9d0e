import ScriptKit
import Testing
import Values

@Suite struct ConversationTests {
  @Test func `a failure is raised at the plugin's line, and can be caught`() throws {
    let host = Answers { _ in .failure("no such package") }
    let value = try run("\n\nreturn select(2, pcall(function()\n host.x.y() end))", host: host)
    #expect(value == "test.lua:4: no such package")
  }

  @Test func `a failure that is not caught has its place, and its hint`() {
    let host = Answers { _ in .failure("no such package", hint: "apk update") }
    let error = failure("\n  host.x.y()", host: host)
    #expect(error?.kind == .runtime)
    #expect(error?.message == "no such package")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(error?.hint == "apk update")
  }

  @Test func `the hint of a failure that was caught does not stay`() {
    let host = Answers { _ in .failure("no such package", hint: "apk update") }
    let error = failure("pcall(host.x.y) error('another')", host: host)
    #expect(error?.message == "another")
    #expect(error?.hint == nil)
  }

  @Test func `a caught failure that is passed on keeps its place and hint`() {
    let host = Answers { _ in .failure("no such package", hint: "apk update") }
    let error = failure(
      "local ok, e = pcall(function()\n host.x.y() end)\n\n error(e, 0)", host: host)
    #expect(error?.message == "no such package")
    #expect(error?.position?.line == 2)
    #expect(error?.hint == "apk update")
  }

  @Test func `stop ends a script whatever it would do about it`() {
    let host = Answers { call in call.name == "host.stop.now" ? .stop : .value(.null) }
    let error = failure(
      """
      local co = coroutine.wrap(function()
        local guard <close> = setmetatable({}, { __close = function() host.after.close() end })
        xpcall(host.stop.now, function() host.after.handler() end)
        host.after.pcall()
      end)
      pcall(co)
      host.after.coroutine()
      """, host: host)
    #expect(error?.kind == .stopped)
    #expect(error?.position == SourcePosition(file: "test.lua", line: 3))
    #expect(host.calls.map(\.name) == ["host.stop.now"])
  }

  @Test func `an answer that fits into no frame is a failure of the call`() throws {
    let host = Answers { _ in .value(.string(String(repeating: "x", count: 2_000_000))) }
    let value = try run("return (select(2, pcall(host.x.y)))", host: host)
    #expect(value.text?.contains("the answer of host.x.y is larger than") == true)
  }

  @Test func `a message that fits into no frame is cut`() throws {
    let host = Answers { _ in .failure(String(repeating: "x", count: 2_000_000)) }
    let value = try run("return #select(2, pcall(host.x.y))", host: host)
    #expect(try #require(value.integer) < 2000)
  }

  @Test func `arguments that fit into no frame are refused, and the script lives on`() throws {
    let script = try Script.start()
    _ = try script.load(.lua("return { f = function(x) return 1 end }"), host: Answers())
    let large = ScriptArgument.value(.string(String(repeating: "x", count: 2_000_000)))
    let error = #expect(throws: ScriptError.self) {
      try script.call("f", [large], host: Answers())
    }
    #expect(error?.kind == .limit("frame size"))
    #expect(try script.call("f", [], host: Answers()) == 1)
  }

  @Test func `a call says the plugin's line and the library's`() throws {
    let host = Answers()
    host.modules["alpod.help"] = "return { act = function(host)\n\n host.x.y()\nend }"
    try run("\nlocal help = require 'alpod.help'\n help.act(host)\n host.x.y()", host: host)
    #expect(host.calls[0].position == SourcePosition(file: "test.lua", line: 3))
    #expect(host.calls[0].caller == SourcePosition(file: "alpod/help.lua", line: 3))
    #expect(host.calls[1].position == SourcePosition(file: "test.lua", line: 4))
    #expect(host.calls[1].caller == nil)
  }

  @Test func `a plugin's own module is the plugin`() throws {
    let host = Answers()
    host.modules["helper"] = "return function(host) host.x.y() end"
    try run("require 'helper'(host)", host: host)
    #expect(host.calls[0].position == SourcePosition(file: "helper.lua", line: 1))
  }

  @Test func `text that a script loads itself cannot pose as a file`() throws {
    let host = Answers()
    try run("\nload('local h = ... h.x.y() return 1', '@plugins/other.lua')(host)", host: host)
    #expect(host.calls[0].position == SourcePosition(file: "test.lua", line: 2))
  }

  @Test func `a call from a coroutine has its line, or that of whoever resumed it`() throws {
    let host = Answers { call in .value(.string(call.name)) }
    host.modules["alpod.task"] = "return function(host) host.x.y() end"
    let value = try run(
      """
      local co = coroutine.create(function(a)
        local b = coroutine.yield(host.one.of(a))
        return host.other.of(b)
      end)
      local _, first = coroutine.resume(co, 1)
      local _, second = coroutine.resume(co, 2)
      coroutine.wrap(require 'alpod.task')(host)
      return { first, second }
      """, host: host)
    #expect(value == ["host.one.of", "host.other.of"])
    #expect(host.calls.map(\.position?.line) == [2, 3, 7])
    #expect(host.calls[2].caller == SourcePosition(file: "alpod/task.lua", line: 1))
  }

  @Test func `a name of a file longer than Lua shows is given in full`() throws {
    let name = "plugins/" + String(repeating: "very-", count: 20) + "long.lua"
    let host = Answers()
    let error = #expect(throws: ScriptError.self) {
      try run("host.x.y()\nerror('here')", host: host, name: name)
    }
    #expect(host.calls[0].position?.file == name)
    #expect(error?.position == SourcePosition(file: name, line: 2))
    #expect(error?.message == "here")
  }

  @Test func `an interruption ends the wait for a script that is busy`() throws {
    var asked = 0
    var limits = ScriptLimits()
    limits.silence = 50
    let script = try Script(limits: limits, isPinned: false) {
      asked += 1
      return asked > 2
    }
    let error = #expect(throws: ScriptError.self) {
      try script.load(.lua("while true do end"), host: Answers())
    }
    #expect(error?.kind == .interrupted)
    #expect(asked == 3)
  }
}

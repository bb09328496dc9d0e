import ScriptKit
import Testing
import Values

extension ScriptLimits {
  /// Small ones, that tests do not wait for.
  static var small: ScriptLimits {
    var limits = ScriptLimits()
    limits.processorTime = 60
    limits.memory = 8 << 20
    limits.output = 4096
    limits.calls = 200
    limits.items = 2000
    limits.frame = 32 << 10
    return limits
  }
}

/// A text that breaches a limit, and what is like it and does not.
struct Breach: Sendable, CustomTestStringConvertible {
  var attack: String
  var control: String
  /// The line that has to be named; nil when it cannot be had.
  var line: Int? = 2
  var testDescription: String { attack }
}

@Suite struct LimitTests {
  private func check(_ breach: Breach, _ name: String, _ expectation: String) {
    var limits = ScriptLimits.small
    // The others take the time they take.
    if name != "processor time" { limits.processorTime = 10_000 }
    let error = failure("\n" + breach.attack, limits: limits)
    #expect(error?.kind == .limit(name))
    #expect(error?.message == "used up its limit of \(name), \(expectation)")
    if let line = breach.line {
      #expect(error?.position == SourcePosition(file: "test.lua", line: line))
    }
    #expect(throws: Never.self) { try run("\n" + breach.control, limits: limits) }
  }

  @Test(arguments: [
    Breach(attack: "while true do end", control: "local i = 9 while i > 0 do i = i - 1 end"),
    Breach(attack: "repeat until pcall(error) and false", control: "repeat until not pcall(error)"),
    Breach(attack: "for _ = 1, math.huge do end", control: "for _ = 1, 10 do end"),
    Breach(attack: "::top:: goto top", control: "goto over ::over::"),
    Breach(
      attack: "pcall(function() while true do end end) while true do end",
      control: "pcall(function() end)"),
    Breach(
      attack: "xpcall(error, function() while true do end end)",
      control: "xpcall(error, function() end)"),
    Breach(
      attack: "coroutine.wrap(function() while true do end end)()",
      control: "coroutine.wrap(function() end)()"),
    Breach(
      attack: "local c <close> = setmetatable({}, { __close = function() while true do end end })",
      control: "local c <close> = setmetatable({}, { __close = function() end })"),
    Breach(
      attack:
        "local t = {} t.x = setmetatable(t, { __index = function() while true do end end }).y",
      control: "local t = setmetatable({}, { __index = function() return 1 end }).y"),
    Breach(
      attack: "table.sort({ 2, 1, 3 }, function() while true do end end)",
      control: "table.sort({ 2, 1, 3 }, function(a, b) return a < b end)"),
    Breach(
      attack: "('x'):gsub('.', function() while true do end end)",
      control: "('x'):gsub('.', function() return 'y' end)"),
    Breach(attack: "load('while true do end')()", control: "load('return 1')()"),
    Breach(
      attack: "local function f() return f() end f()",
      control: "local function f(n) return n == 0 or f(n - 1) end f(1000)"),
  ])
  func `a loop without end is ended at its line`(_ breach: Breach) {
    check(breach, "processor time", "60 ms")
  }

  @Test(arguments: [
    Breach(
      attack: "('a'):rep(30):find(('a*'):rep(30) .. 'b')",
      control: "('a'):rep(5):find(('a*'):rep(2) .. 'b')"),
    Breach(
      attack: "for _ in ('a'):rep(40):gmatch(('a-'):rep(30) .. 'b') do end",
      control: "for _ in ('ab'):gmatch('a-b') do end"),
    Breach(
      attack:
        "local s = ('x'):rep(1 << 20) while true do s:find(('x'):rep(1 << 19) .. 'y', 1, true) end",
      control: "('xy'):find('y', 1, true)"),
    Breach(attack: "string.rep('', 1 << 62)", control: "string.rep('', 1 << 10)"),
    Breach(attack: "table.move({}, 1, 1 << 60, 2)", control: "table.move({ 1 }, 1, 1, 2)"),
    Breach(
      attack: "table.concat(setmetatable({}, { __len = function() return 1 << 60 end, "
        + "__index = function() return '' end }))",
      control: "table.concat({ 'a' })"),
    Breach(
      attack: "table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, 'x')",
      control: "table.insert({}, 1, 'x')"),
    Breach(
      attack: "utf8.len(('x'):rep(1 << 20)) while true do utf8.len(('x'):rep(1 << 20)) end",
      control: "utf8.len('x')"),
    // A handler of an error within a handler runs with hooks off.
    Breach(
      attack: "xpcall(function() error('x') end, function() while true do pcall(error) end end)",
      control: "xpcall(function() error('x') end, function() pcall(error) end)"),
  ])
  func `what hooks do not reach is ended as well`(_ breach: Breach) {
    check(breach, "processor time", "60 ms")
  }

  @Test func `a pyramid of coroutines, each of which does little, is ended`() {
    let pyramid = """
      local function grow(depth, width)
        if depth == 0 then return end
        for _ = 1, width do coroutine.wrap(grow)(depth - 1, width) end
      end
      """
    let error = failure("\(pyramid) grow(60, 40)", limits: .small)
    #expect(error?.kind == .limit("processor time"))
    #expect(error?.position?.file == "test.lua")
    #expect(throws: Never.self) { try run("\(pyramid) grow(4, 4)", limits: .small) }
  }

  @Test(arguments: [
    Breach(
      attack: "local s = 'x' while true do s = s .. s end",
      control: "local s = 'x' for _ = 1, 10 do s = s .. s end"),
    Breach(
      attack:
        "for _ = 1, 3 do pcall(function() local t = {} for i = 1, 1e9 do t[i] = {} end end) end",
      control: "pcall(function() local t = {} for i = 1, 1e3 do t[i] = {} end end)"),
    Breach(attack: "string.rep('x', 1 << 30)", control: "string.rep('x', 1 << 10)"),
    Breach(attack: "pcall(string.rep, 'x', 1 << 29)", control: "pcall(string.rep, 'x', 1 << 10)"),
    Breach(
      attack: "local t = {} while true do t[#t + 1] = function() return t end end",
      control: "local t = {} for _ = 1, 100 do t[#t + 1] = function() return t end end"),
    Breach(
      attack: "local t = {} while true do t[#t + 1] = coroutine.create(print) end",
      control: "local t = {} for _ = 1, 100 do t[#t + 1] = coroutine.create(print) end"),
    Breach(
      attack: "pcall(error, ('x'):rep(1 << 30))", control: "pcall(error, ('x'):rep(1 << 10))"),
    Breach(
      attack: "local t = {} while true do t = setmetatable({ t }, { __mode = 'k' }) end",
      control: "local t = {} for _ = 1, 100 do t = setmetatable({ t }, { __mode = 'k' }) end"),
    Breach(
      attack: "local t = { n = 0 } while true do t.n = t.n + 1 t[t.n .. ''] = t.n end",
      control: "local t = {} for i = 1, 100 do t[i .. ''] = i end"),
    Breach(
      attack: "table.pack(('x'):rep(1 << 22):byte(1, -1))", control: "table.pack(('x'):byte())"),
    Breach(
      attack: "local t = table.pack(host) while true do t = table.pack(t, host['x' .. #t]) end",
      control: "local t = host.x"),
  ])
  func `memory is bounded, and nothing catches that`(_ breach: Breach) {
    check(breach, "memory", "8 MiB")
  }

  @Test(arguments: [
    Breach(attack: "while true do print('x') end", control: "for _ = 1, 100 do print('x') end"),
    Breach(attack: "print(('x'):rep(5000))", control: "print(('x'):rep(4000))"),
    Breach(
      attack: "pcall(function() while true do print() end end)", control: "pcall(print)"),
  ])
  func `output is bounded`(_ breach: Breach) { check(breach, "output", "4 KiB") }

  @Test(arguments: [
    Breach(attack: "while true do host.x.y() end", control: "for _ = 1, 200 do host.x.y() end"),
    Breach(
      attack: "for _ = 1, 300 do pcall(require, 'x') end",
      control: "for _ = 1, 200 do pcall(require, 'x') end"),
    Breach(attack: "while true do pcall(host.x.y) end", control: "pcall(host.x.y)"),
  ])
  func `calls of the host are bounded`(_ breach: Breach) { check(breach, "host calls", "200") }

  @Test(arguments: [
    Breach(
      attack: "host.x.y(('x'):rep(1 << 15))", control: "host.x.y(('x'):rep(32000))"),
    Breach(
      attack: "pcall(host.x.y, { ('x'):rep(1 << 14), ('x'):rep(1 << 14) })",
      control: "host.x.y({ ('x'):rep(1 << 13), ('x'):rep(1 << 13) })"),
    Breach(attack: "pcall(require, ('x'):rep(1 << 15))", control: "pcall(require, 'x')"),
  ])
  func `a frame is bounded`(_ breach: Breach) { check(breach, "frame size", "32 KiB") }

  @Test(arguments: [
    Breach(
      attack: "local t = {} for i = 1, 2000 do t[i] = 1 end host.x.y(t)",
      control: "local t = {} for i = 1, 1999 do t[i] = 1 end host.x.y(t)"),
    Breach(
      attack: "local t = {} for i = 1, 500 do t[i] = { 1, 2, 3 } end pcall(host.x.y, t)",
      control: "local t = {} for i = 1, 499 do t[i] = { 1, 2, 3 } end host.x.y(t)"),
  ])
  func `the values in a frame are bounded`(_ breach: Breach) {
    check(breach, "values in a frame", "2000")
  }

  @Test func `what a call returns is bounded too`() {
    #expect(failure("return ('x'):rep(1 << 16)", limits: .small)?.kind == .limit("frame size"))
  }

  @Test func `a breach in a library's code is at the plugin's line`() {
    let host = Answers()
    host.modules["alpod.loop"] = "return function()\n\n while true do end end"
    let error = failure("local loop = require 'alpod.loop'\n\nloop()", limits: .small, host: host)
    #expect(error?.position == SourcePosition(file: "test.lua", line: 3))
  }

  @Test func `a file that is too large is refused before it is sent`() throws {
    let script = try Script.start(.small)
    let text = String(repeating: " ", count: 40_000)
    let error = #expect(throws: ScriptError.self) {
      try script.load(.lua(text), host: Answers())
    }
    #expect(error?.kind == .limit("frame size"))
    #expect(try script.load(.lua("return {}"), host: Answers()) == [])
  }

  @Test func `after a breach the process is gone`() throws {
    let script = try Script.start(.small)
    #expect(throws: ScriptError.self) {
      try script.load(.lua("while true do end"), host: Answers())
    }
    let error = #expect(throws: ScriptError.self) { try script.call("f", [], host: Answers()) }
    #expect(error?.kind == .died(signal: nil))
  }
}

import ScriptKit
import Testing
import Values

@Suite struct ModuleTests {
  @Test func `a module is asked for once, and runs once`() throws {
    let host = Answers()
    host.modules["a.b"] = "runs = (runs or 0) + 1 return { name = ..., runs = runs }"
    let value = try run(
      "local m = require('a.b') assert(m == require 'a.b') return { m.name, m.runs }", host: host)
    #expect(value == ["a.b", 1])
    #expect(host.required == ["a.b"])
  }

  @Test func `a module that returns nothing is true, and one that returns false is false`() throws {
    let host = Answers()
    host.modules = ["nothing": "", "wrong": "return false"]
    #expect(try run("return { require 'nothing', require 'nothing' }", host: host) == [true, true])
    #expect(try run("return { require 'wrong', require 'wrong' }", host: host) == [false, false])
    #expect(host.required == ["nothing", "wrong"])
  }

  @Test func `a module that there is not is an error at the line that wants it`() throws {
    let error = failure("\nrequire 'other'")
    #expect(error?.message == "there is no module 'other'")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(try run("return pcall(require, 'other')") == false)
    #expect(try run("return pcall(require, {})") == false)
    #expect(try run("return pcall(require, '\\xff\\0')") == false)
  }

  @Test func `modules that require each other are told so`() {
    let host = Answers()
    host.modules = ["a": "return require 'b'", "b": "\nreturn require 'a'"]
    let error = failure("require 'a'", host: host)
    #expect(error?.message == "module 'a' requires itself, by way of those that it requires")
    #expect(error?.position == SourcePosition(file: "b.lua", line: 2))
  }

  @Test func `an error in a module has the module's line and the way there`() {
    let host = Answers()
    host.modules["a"] = "\nlocal function inner()\n error('bad')\nend\ninner()"
    let error = failure("\nrequire 'a'", host: host)
    #expect(error?.message == "bad")
    #expect(error?.position == SourcePosition(file: "a.lua", line: 3))
    #expect(
      error?.trace.map { $0.prefix { $0 != " " } } == ["a.lua:3:", "a.lua:5", "test.lua:2"])
  }

  @Test func `an error in the standard library is the plugin's to mend`() {
    let host = Answers()
    host.modules["alpod.a"] = "return function(x)\n error('x must be a number') end"
    let error = failure("local a = require 'alpod.a'\n\na('y')", host: host)
    #expect(error?.message == "x must be a number")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 3))
    #expect(error?.trace.first?.hasPrefix("alpod/a.lua:2") == true)
  }

  @Test func `a module that failed can be tried again, and says the same`() throws {
    let host = Answers()
    host.modules["a"] = "error('bad')"
    let value = try run(
      "local _, e = pcall(require, 'a') local _, f = pcall(require, 'a') return { e, f }",
      host: host)
    #expect(value == ["a.lua:1: bad", "a.lua:1: bad"])
  }

  @Test func `a module is source text, without mistakes`() {
    let host = Answers()
    host.modules = ["bytes": "\u{1b}Lua", "wrong": "x ="]
    #expect(
      failure("require 'bytes'", host: host)?.message
        == "is compiled Lua (bytecode); alpod loads only source text")
    let error = failure("\n\nrequire 'wrong'", host: host)
    #expect(error?.position == SourcePosition(file: "wrong.lua", line: 1))
  }

  @Test func `a module that fits into no frame is an error`() {
    let host = Answers()
    host.modules["a"] = String(repeating: "-", count: 1 << 20)
    #expect(failure("require 'a'", host: host)?.message.contains("module 'a' is larger") == true)
  }

  @Test func `a module is required at load time too`() throws {
    let host = Answers()
    host.modules["a"] = "return 5"
    #expect(try evaluate("require 'a'", host: host) == 5)
  }
}

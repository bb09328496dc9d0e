import ScriptKit
import Testing
import Values

@Suite struct ErrorTests {
  @Test(arguments: [
    ("return {\n  a = 1,\n  b = = 2\n}", 3, "unexpected symbol near '='"),
    ("x", 1, "syntax error near <eof>"), ("return 'abc", 1, "unfinished string"),
    ("goto nowhere", 1, "no visible label 'nowhere'"), ("local x <const> = 1\nx = 2", 2, "const"),
  ])
  func `a syntax error has its line`(_ text: String, _ line: Int, _ message: String) throws {
    let error = try loadFailure(Array(text.utf8))
    #expect(error?.kind == .syntax)
    #expect(error?.position == SourcePosition(file: "test.lua", line: line))
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func `compiled Lua is not loaded, wherever it stands`() throws {
    let bytes: [UInt8] = [0x1b] + Array("Lua\u{54}\u{0}".utf8)
    for text in [bytes, [0xef, 0xbb, 0xbf] + bytes] {
      let error = try loadFailure(text)
      #expect(error?.kind == .syntax)
      #expect(error?.message == "is compiled Lua (bytecode); alpod loads only source text")
      #expect(error?.position == SourcePosition(file: "test.lua", line: 1))
    }
  }

  @Test func `a first line for the kernel and a byte order mark are passed over`() throws {
    for (text, line) in [("#!/usr/bin/env alpod\nerror('x')", 2), ("\u{feff}error('x')", 1)] {
      let error = try loadFailure(Array(text.utf8))
      #expect(error?.position == SourcePosition(file: "test.lua", line: line))
    }
    #expect(throws: Never.self) {
      try Script.start().load(.lua("#!lua\nreturn {}"), host: Answers())
    }
    #expect(try loadFailure(Array("#".utf8))?.kind == .noTable)
  }

  @Test(arguments: [
    ("", "nothing"), ("return", "nothing"), ("return 5", "a number"), ("return 'x'", "a string"),
    ("return print", "a function"), ("return true, {}", "a boolean"),
  ])
  func `a file that returns no table is told so`(_ text: String, _ what: String) throws {
    let error = try loadFailure(Array(text.utf8))
    #expect(error?.kind == .noTable)
    #expect(error?.message == "the file must return a table, but it returns \(what)")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 1))
  }

  @Test func `an error has its message, line and trace`() {
    let error = failure(
      """

      local function inner() local x = nil; return x.field end
      local function outer()
        inner()
        return 1
      end
      outer()
      """)
    #expect(error?.kind == .runtime)
    #expect(error?.message == "attempt to index a nil value (local 'x')")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(
      error?.trace == [
        "test.lua:2: in inner", "test.lua:4: in outer", "test.lua:7",
      ])
  }

  @Test(arguments: [
    ("error('plain', 0)", "plain", 2), ("error('placed')", "placed", 2),
    ("error({ message = 'from a table' })", "from a table", 2),
    ("error(setmetatable({}, { __tostring = function() return 'itself' end }))", "itself", 2),
    (
      "error(setmetatable({}, { __tostring = error }))", "(an error that cannot tell what it is)", 2
    ),
    (
      "error(setmetatable({}, { __tostring = function() return {} end }))",
      "(an error that cannot tell what it is)", 2
    ),
    ("error({})", "(an error that is no text but a table value)", 2),
    ("error()", "(an error that is no text but a nil value)", 2),
    ("error(nil)", "(an error that is no text but a nil value)", 2),
    ("error(42)", "42", 2), ("error(host)", "host", 2),
    ("error('other.lua:7: forged')", "other.lua:7: forged", 2),
    ("error('a: 1: b', 0)", "a: 1: b", 2),
    ("error('test.lua:99: said', 0)", "said", 99),
    ("assert(false)", "assertion failed!", 2), ("assert(nil, 'why')", "why", 2),
    ("string.rep()", "bad argument #1 to 'rep' (string expected, got no value)", 2),
  ])
  func `whatever is raised becomes a message`(_ body: String, _ message: String, _ line: Int) {
    let error = failure("\n\(body)")
    #expect(error?.kind == .runtime)
    #expect(error?.message == message)
    #expect(error?.position?.line == line)
  }

  @Test func `bytes that are no UTF-8 break nothing`() {
    let error = failure("error('a\\xff\\0\\27[2Jb', 0)")
    #expect(error?.message == "a\u{fffd}\0\u{1b}[2Jb")
  }

  @Test func `a long message and a deep trace are cut`() {
    let error = failure(
      """
      local function deep(n) if n == 0 then error(('x'):rep(100000), 0) end deep(n - 1) return n end
      deep(1000)
      """)
    #expect(error?.message.utf8.count == 4096)
    #expect(error?.trace.count == 20)
  }

  @Test func `an error in a coroutine has the coroutine's line and all of the way`() {
    let error = failure(
      """

      local co = coroutine.wrap(function()
        error('inside')
      end)
      co()
      """)
    #expect(error?.message == "inside")
    #expect(error?.position?.line == 3)
    #expect(error?.trace.map { $0.split(separator: ":")[1] } == ["3", "5"])
  }

  @Test func `a stack that runs over is an error like others`() {
    for body in [
      "local function f() return 1 + f() end f()",
      "local function f(s) return s:gsub('.', f) end f('x')",
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(_, k) return t[k] end return t.x",
      "local f f = function() return pcall(f) end error(f())",
      "local s = ('('):rep(1000) assert(load(s))",
      "local function f() coroutine.wrap(f)() end f()",
      "local t = setmetatable({}, { __tostring = function(t) return tostring(t) end }) tostring(t)",
    ] {
      let error = failure(body)
      #expect(error?.kind == .runtime, "\(body): \(String(describing: error))")
    }
  }

  @Test func `the same error again has its own trace`() throws {
    let script = try Script.start()
    let text = """
      local function bad() error('bad') end
      return { one = function() bad() return 1 end,
        two = function() bad() return 1 end }
      """
    _ = try script.load(.lua(text), host: Answers())
    for (name, line) in [("one", 2), ("two", 3)] {
      let error = #expect(throws: ScriptError.self) { try script.call(name, [], host: Answers()) }
      #expect(error?.trace.last?.hasPrefix("test.lua:\(line)") == true)
    }
  }
}

import ScriptKit
import Testing
import Values

@Suite struct ArgumentTests {
  static let plain: [(String, Value)] = [
    ("{ 1, 2, 3 }", [1, 2, 3]), ("{}", []), ("nil", .null),
    ("{ a = { b = {} } }", ["a": ["b": []]]),
    ("{ 'x', with = 1 }", ["1": "x", "with": 1]), ("1 // 1", 1), ("1 / 1", .number(1)),
    ("{ [1.0] = 'a', [2.0] = 'b' }", ["a", "b"]), ("'\\xff\\0'", .bytes([0xff, 0])),
    (
      "setmetatable({ a = 1 }, { __index = error, __len = error, __pairs = error, __name = 'x' })",
      ["a": 1]
    ),
    (
      "setmetatable({}, { __index = function() return 1 end, __len = function() return 1 << 60 end })",
      []
    ),
  ]

  @Test(arguments: plain)
  func `plain values arrive, read without metamethods`(_ lua: String, _ expected: Value) throws {
    let host = Answers()
    try run("host.x.y(\(lua))", host: host)
    #expect(host.calls.first?.arguments == [expected])
  }

  @Test func `several arguments arrive, and the nothings between and behind them`() throws {
    let host = Answers()
    try run("host.x.y(1, nil, 'a', nil)", host: host)
    #expect(host.calls.first?.arguments == [1, .null, "a", .null])
  }

  @Test(arguments: [
    ("{ 1, nil, 3 }", "the argument is a list with holes"),
    ("{ [2] = 'x' }", "the argument is a list with holes"),
    ("{ [0] = 'x' }", "the argument is a list with holes"),
    ("{ [-1] = 'x', 'y' }", "the argument is a list with holes"),
    ("{ 'a', [1 << 53] = 'b' }", "the argument is a list with holes"),
    ("{ options = { names = { 1, [3] = 1 } } }", "field options.names is a list with holes"),
    ("{ [1.5] = 1 }", "the argument has a key that is neither text nor a whole number"),
    ("{ [true] = 1 }", "the argument has a key that is neither text nor a whole number"),
    ("{ a = { [{}] = 1 } }", "field a has a key that is neither text nor a whole number"),
    ("{ 'a', ['1'] = 'b' }", "field 1 is there twice, as a number and as text"),
    ("{ a = { ['\\xff'] = 1 } }", "field a has a name that is not UTF-8"),
    ("{ ['\\xed\\xa0\\x80'] = 1 }", "the argument has a name that is not UTF-8"),
    ("print", "the argument is a function; only plain values can be given"),
    ("{ options = { count = print } }", "field options.count is a function"),
    ("{ a = { {}, { b = print } } }", "field a[2].b is a function"),
    ("{ { print } }", "field [1][1] is a function"),
    ("coroutine.create(print)", "the argument is a coroutine"),
    ("{ a = host }", "field a is a part of the host"),
    ("(function() local t = {} t[1] = t return t end)()", "has too many tables within tables"),
    (
      "(function() local t = {} t.x = { t } return { t } end)()",
      "has too many tables within tables"
    ),
    (
      "(function() local t = {} for i = 1, 180000 do t = { t } end return t end)()",
      "has too many tables within tables"
    ),
  ])
  func `what cannot cross is an error at the plugin's line that names the place`(
    _ lua: String, _ message: String
  ) {
    let host = Answers()
    let error = failure("\nhost.file.line(\(lua))", host: host)
    #expect(error?.kind == .runtime)
    #expect(error?.message.hasPrefix("host.file.line: ") == true)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(host.calls.isEmpty)
  }

  @Test func `the place names which of several arguments`() {
    let error = failure("host.x.y('a', { b = { print } })")
    #expect(
      error?.message
        == "host.x.y: argument 2, field b[1] is a function; only plain values can be given")
  }

  @Test func `after what could not cross the next call goes as ever`() throws {
    let host = Answers { call in .value(call.arguments[0]) }
    #expect(try run("pcall(host.x.y, { 1, print }) return host.x.y(5)", host: host) == 5)
    #expect(host.calls.count == 1)
  }

  @Test func `tables within tables go as deep as the limit`() throws {
    var limits = ScriptLimits()
    limits.depth = 3
    let host = Answers()
    try run("host.x.y({ { {} } })", limits: limits, host: host)
    #expect(host.calls.first?.arguments == [[[[]]]])
    #expect(failure("host.x.y({ { { {} } } })", limits: limits)?.kind == .runtime)
  }

  @Test func `what a script returns is held to the same`() throws {
    let error = try loadFailure(Array("return { a = { [true] = 1 } }".utf8))
    #expect(
      error?.message == "field a of the value has a key that is neither text nor a whole number")
    #expect(failure("return coroutine.create(print)")?.message.contains("is a coroutine") == true)
    #expect(try run("return { f = print }") == ["f": .function])
  }
}

import ScriptKit
import Testing
import Values

@Suite struct EnvironmentTests {
  @Test func `the globals are a closed list`() throws {
    let names = try evaluate(
      "(function() local n = {} for k in pairs(_G) do n[#n + 1] = k end return n end)()")
    #expect(
      names == [
        "_G", "_VERSION", "assert", "coroutine", "error", "getmetatable", "ipairs", "load", "math",
        "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require",
        "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8",
        "xpcall",
      ])
  }

  @Test func `nothing that can be reached leads out`() throws {
    // Every function and table, by whatever way: fields, metatables, and what functions return.
    let found = try evaluate(
      """
      (function()
        local seen, names = {}, {}
        local function walk(value, path)
          if seen[value] or (type(value) ~= 'table' and type(value) ~= 'function') then return end
          seen[value] = true
          if type(value) == 'function' then return end
          for k, v in pairs(value) do
            names[#names + 1] = tostring(k)
            walk(k, path) walk(v, path .. '.' .. tostring(k))
          end
          walk(getmetatable(value), path .. '!')
        end
        walk(_G, '') walk(getmetatable(''), 'string')
        return names
      end)()
      """)
    let names = Set(try #require(found.items).compactMap(\.text))
    #expect(names.contains("format"))
    for name in [
      "io", "os", "debug", "package", "dofile", "loadfile", "collectgarbage", "dump", "warn",
      "loadstring", "loadlib", "execute", "popen", "open", "getregistry", "module",
    ] {
      #expect(!names.contains(name), "\(name)")
    }
  }

  @Test(arguments: [
    ("tostring({})", "table"), ("tostring(print)", "function"),
    ("tostring(coroutine.create(print))", "thread"), ("tostring(nil)", "nil"),
    ("tostring(1.5)", "1.5"), ("tostring(setmetatable({}, { __name = 'Thing' }))", "Thing"),
    ("tostring(setmetatable({}, { __name = 7 }))", "table"),
    ("tostring(setmetatable({}, { __tostring = function() return 'me' end }))", "me"),
    (
      "string.format('%s|%5s|%-9s|%q|%%|%d', {}, 'x', print, 'a\\nb', 3)",
      "table|    x|function |\"a\\\nb\"|%|3"
    ),
    ("string.format('%s %s', 1, true)", "1 true"),
    ("('%s'):format(setmetatable({}, { __tostring = function() return 'me' end }))", "me"),
    ("(select(2, pcall(string.format, '%p', {})))", "invalid conversion '%p' to 'format'"),
    ("(select(2, pcall(string.format, '%-20p', {})))", "invalid conversion '%p' to 'format'"),
    (
      "(select(2, pcall(string.format, '%d', {})))",
      "bad argument #2 to 'string.format' (number expected, got table)"
    ),
    ("(select(2, pcall(string.format, '%s')))", "bad argument #2 to 'string.format' (no value)"),
    ("table.concat({ string.format('a\\0%s', 'b') })", "a\0b"),
  ])
  func `text names no address`(_ expression: String, _ expected: String) throws {
    #expect(try evaluate(expression) == .string(expected))
  }

  @Test func `text names no address of what changes while it is put together`() throws {
    let text = try run(
      """
      local last = setmetatable({}, { __tostring = function() return 'last' end })
      local first = setmetatable({}, { __tostring = function()
        setmetatable(last, nil)
        return 'first'
      end })
      return string.format('%s %s', first, last)
      """)
    #expect(text == "first table")
  }

  @Test func `there are no finalizers`() throws {
    let refused = failure("\nsetmetatable({}, { __gc = print })")
    #expect(refused?.message.hasPrefix("there are no finalizers (__gc) here") == true)
    #expect(refused?.position?.line == 2)
    #expect(try run("return pcall(setmetatable, {}, { __gc = true })") == false)
    // Lua looks for it when the metatable is set, and then alone.
    let host = Answers()
    try run(
      """
      for i = 1, 1000 do
        local meta = {}
        local object = setmetatable({}, meta)
        meta.__gc = function() print('ran') end
      end
      for i = 1, 1e5 do local garbage = { {} } end
      """, host: host)
    #expect(host.output.isEmpty)
  }

  @Test func `setmetatable is otherwise as it was`() throws {
    #expect(try evaluate("setmetatable({}, { __index = { a = 1 } }).a") == 1)
    #expect(try evaluate("getmetatable(setmetatable(setmetatable({}, {}), nil))") == .null)
    #expect(
      try evaluate("(select(2, pcall(setmetatable, 1, {})))")
        == "bad argument #1 to 'setmetatable' (table expected, got number)")
    #expect(
      try evaluate("(select(2, pcall(setmetatable, {})))")
        == "bad argument #2 to 'setmetatable' (nil or table expected, got no value)")
    #expect(
      try evaluate(
        "(select(2, pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {})))")
        == "cannot change a protected metatable")
  }

  @Test func `the metatable of strings is out of reach`() throws {
    #expect(try evaluate("getmetatable('')") == false)
    #expect(try evaluate("pcall(setmetatable, '', {})") == false)
    #expect(try evaluate("('x'):rep(3)") == "xxx")
  }

  @Test func `load takes text of at most one MiB, and an environment`() throws {
    #expect(try evaluate("load('return 1 + 1')()") == 2)
    #expect(try evaluate("load('x = 1 return x', 'n', 't', {})()") == 1)
    #expect(try evaluate("(select(2, load('x y', '=chunk')))").text?.hasPrefix("chunk:1:") == true)
    #expect(try evaluate("load('\\27Lua')") == .null)
    #expect(try evaluate("load('return 1', 'n', 'b')") == .null)
    #expect(try evaluate("pcall(load, function() return 'x' end)") == false)
    #expect(try evaluate("pcall(load, (' '):rep((1 << 20) + 1))") == false)
    #expect(try evaluate("type(load((' '):rep(1 << 20)))") == "function")
  }

  @Test func `random numbers are the same on each run`() throws {
    let five = "{ math.random(1000000), math.random(), math.random(5, 1000), math.random(0) }"
    let first = try evaluate(five)
    #expect(try evaluate(five) == first)
    let seeded = "(function() math.randomseed(7) return { math.random(1 << 40) } end)()"
    #expect(try evaluate(seeded) == (try evaluate(seeded)))
    let plain = "(function() math.random() math.randomseed() return \(five) end)()"
    #expect(try evaluate(plain) == first)
  }
}

@Suite struct OrderTests {
  /// Tables whose order in Lua itself depends on a random seed or on addresses.
  static let tables = """
    local names, mixed, objects = {}, {}, {}
    for i = 1, 500 do names['k' .. (i * 7919) % 1000] = i end
    for _, k in ipairs { 'b', 'a', 'B', 'ä', 'aa', '', 3, -1, 2.5, 1 << 60, 1e300, true, false } do
      mixed[k] = true
    end
    local first, second = {}, function() return names end
    local third = coroutine.create(second)
    for _ = 1, 300 do local unused = { {} } end
    local fourth = {}
    objects[fourth], objects[second], objects[third], objects[first] = 4, 2, 3, 1
    local function list(t, step)
      local keys = {}
      if step == pairs then
        for k, v in pairs(t) do keys[#keys + 1] = type(k) == 'string' and k or tostring(v) end
      else
        local k, v = next(t)
        while k ~= nil do
          keys[#keys + 1] = type(k) == 'string' and k or tostring(v)
          k, v = next(t, k)
        end
      end
      return table.concat(keys, ' ')
    end
    """

  @Test(arguments: ["pairs", "next"])
  func `texts come in the order of their bytes`(_ step: String) throws {
    let text = try #require(try run("\(Self.tables) return list(names, \(step))").text)
    let names = text.split(separator: " ").map(String.init)
    #expect(names.count == 500)
    #expect(names == names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
  }

  @Test func `numbers come before texts, and truth values after`() throws {
    let value = try run(
      "\(Self.tables) local k = {} for key in pairs(mixed) do k[#k + 1] = tostring(key) end return k"
    )
    #expect(
      value == [
        "-1", "2.5", "3", "1152921504606846976", "1e+300", "", "B", "a", "aa", "b", "ä", "false",
        "true",
      ])
  }

  @Test(arguments: ["pairs", "next"])
  func `objects come in the order of their making`(_ step: String) throws {
    #expect(try run("\(Self.tables) return list(objects, \(step))") == "1 2 3 4")
  }

  @Test func `integers and floats that a double cannot tell apart are kept apart`() throws {
    let value = try run(
      """
      local t, keys = {}, {}
      for i = -2, 2 do t[(1 << 53) + i] = true end
      t[2.0 ^ 53 + 2] = true  -- an integer, to Lua
      t[-0.5] = true t[math.mininteger] = true t[-math.huge] = true
      for k in pairs(t) do keys[#keys + 1] = k end
      for i = 2, #keys do assert(keys[i - 1] < keys[i]) end
      return #keys
      """)
    #expect(value == 8)
  }

  @Test func `a list goes from one to its end, whatever is taken out on the way`() throws {
    let value = try run(
      """
      local t, seen = { 'a', 'b', 'c', 'd', x = 1, y = 2 }, {}
      for k in pairs(t) do seen[#seen + 1] = tostring(k) t[k] = nil t.y = nil t[3] = nil end
      return table.concat(seen, ' ') .. (next(t) == nil and '' or ' left')
      """)
    #expect(value == "1 2 4 x")
  }

  @Test func `loops over one table within each other do not meet`() throws {
    let value = try run(
      """
      local t, n = { a = 1, b = 2, c = 3, 10, 20 }, 0
      for _, v in next, t do for _, w in next, t do n = n + v * w end end
      local m = 0
      for _, v in pairs(t) do for _, w in pairs(t) do m = m + v * w end end
      return { n, m }
      """)
    #expect(value == [1296, 1296])
  }

  @Test func `next finds its way from a key that is no more, and sees what came`() throws {
    #expect(try run("local t = { a = 1, c = 3 } return next(t, 'b')") == "c")
    #expect(try run("local t = { a = 1, b = 2 } next(t, 'a') t.a = nil return next(t, 'a')") == "b")
    #expect(
      try run("local t = { b = 1 } next(t, 'b') t.a = 0 return next(t)") == "a")
    #expect(try run("return next({})") == .null)
    #expect(try run("return pcall(next, 1)") == false)
    #expect(try run("return pcall(next, {}, print, 1)") == true)
  }

  @Test func `an empty table, a metamethod and no table at all`() throws {
    #expect(try run("for _ in pairs({}) do return 1 end return 0") == 0)
    let own =
      "setmetatable({}, { __pairs = function() return function(_, k) return not k end end })"
    #expect(try run("for k in pairs(\(own)) do return k end") == true)
    #expect(try run("return (select(2, pcall(pairs, 1)))").text?.contains("table expected") == true)
    #expect(try run("return pcall(pairs)") == false)
    // What stands behind `pairs` asks nothing of whoever calls it.
    #expect(try run("local step = pairs({ a = 1 }) return step(5, print)") == "a")
  }

  @Test func `a hundred thousand keys take no time to speak of`() throws {
    var limits = ScriptLimits()
    limits.processorTime = 3000
    let value = try run(
      """
      local t, n, last = {}, 0, ''
      for i = 1, 100000 do t['key' .. i] = i end
      for k in pairs(t) do assert(last < k) last = k n = n + 1 end
      for k in next, t do n = n + 1 end
      return n
      """, limits: limits)
    #expect(value == 200_000)
  }
}

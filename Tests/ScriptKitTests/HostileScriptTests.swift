import ScriptKit
import Testing
import Values

/// What reaches for faults of Lua's own implementation: nobody can say what becomes of the script,
/// but the core goes on, and says what it saw.
@Suite struct HostileScriptTests {
  @Test(arguments: [
    // Tables that grow while the collector is told that they may lose their keys.
    """
    local weak = setmetatable({}, { __mode = 'kv', __newindex = function(t, k, v) rawset(t, k, v) end })
    for i = 1, 1e7 do weak[{}] = { i } weak[i] = ('x'):rep(i % 1000) end
    """,
    """
    local mt = {}
    local outer = setmetatable({}, { __newindex = setmetatable({}, mt) })
    for i = 1, 1e7 do
      mt.__mode = i % 2 == 0 and 'v' or nil
      outer['k' .. i] = setmetatable({}, { __mode = 'k' })
    end
    """,
    // Coroutines whose variables close the next coroutine.
    """
    local function chain(n)
      local inner = n > 0 and chain(n - 1)
      local co = coroutine.create(function()
        local guard <close> = setmetatable({}, { __close = function()
          if inner then coroutine.close(inner) end
        end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      return co
    end
    coroutine.close(chain(50000))
    """,
    """
    local function chain(n)
      return coroutine.wrap(function()
        local guard <close> = setmetatable({}, { __close = function() if n > 0 then chain(n - 1)() end end })
        error('again')
      end)
    end
    pcall(chain(100000))
    """,
    // The C stack, by every function that calls back.
    "local function f(s) return (s:gsub('.', f)) end f('x')",
    "local function f() table.sort({ 1, 2 }, f) end pcall(f)",
    "local function f() return load(f) end f()",
    "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x",
    "local t = setmetatable({}, {}) getmetatable(t).__eq = function(a, b) return a == b end "
      + "return t == setmetatable({}, getmetatable(t))",
    "local f f = function() coroutine.wrap(f)() end f()",
    "local f f = function() require(f) end pcall(f)",
    "local s = 'return ' .. ('{'):rep(200000) .. ('}'):rep(200000) load(s)",
    "local s = 'return ' .. ('-'):rep(500000) .. '1' load(s)",
    "return load('local a <const> = 1 ' .. ('local x = a + 1 '):rep(60000))",
    // Comparators that lie, lists that shrink while they are sorted.
    "local t = {} for i = 1, 5000 do t[i] = i end table.sort(t, function() return true end)",
    "local t = {} for i = 1, 500 do t[i] = i end "
      + "table.sort(t, function(a, b) for i = 1, 500 do t[i] = nil end return a < b end)",
    // Errors within errors.
    "local e = setmetatable({}, {}) getmetatable(e).__tostring = function() error(e) end error(e)",
    "xpcall(error, function(e) error(e) end)", "xpcall(error, coroutine.yield)",
    "xpcall(function() local a <close> = setmetatable({}, { __close = function() error('x') end }) "
      + "error('y') end, print)",
    "coroutine.wrap(function() coroutine.close(coroutine.running()) end)()",
    "local co co = coroutine.create(function() return coroutine.resume(co) end) coroutine.resume(co)",
    "string.format('%99999d', 1)", "string.format(('%s'):rep(300), table.unpack({}, 1, 300))",
    "select(-1 << 62, 1)", "table.unpack({}, 1, 1 << 31)", "table.unpack({}, -1 << 63, 1 << 62)",
    "utf8.char(table.unpack({}, 1, 1e6))", "utf8.codepoint(('x'):rep(1e6), 1, -1)",
    "string.pack('i17', 1)", "string.unpack('s8', ('\\xff'):rep(8))", "string.pack('!1000Xi16', 1)",
    "('x'):rep(1e6):find(('(x)'):rep(40))", "('x'):find('%f')", "('x'):find('%b')",
    "('x'):find('[')",
    "tonumber(('9'):rep(1e6))", "math.tointeger(2 ^ 63)", "return 1 // 0",
    "return math.mininteger // -1",
    "for i = math.maxinteger - 1, math.maxinteger do end for i = 1, 0, 0 do end",
    "debug.sethook()", "io.open('/etc/passwd')", "os.exit(0)", "dofile('/etc/passwd')",
    "collectgarbage('stop')", "string.dump(print)", "package.loadlib('x', 'y')",
    "load('\\27Lua\\x54\\0\\x19\\x93\\r\\n\\x1a\\n\\4\\8\\8xV')()",
    "load(string.char(27) .. 'Lua')()",
    "getmetatable('').__index = function() end", "getmetatable('').__index.rep = nil",
    "_ENV = nil print()", "local _ENV = {} print()", "_G.string = nil string.rep('x', 1)",
    "setmetatable(_G, { __index = error, __newindex = error }) x = y",
    "pairs = nil next = nil tostring = error print({})",
    "string.format = error string.rep = error host.x.y('a')",
  ])
  func `whatever becomes of the script, the core goes on`(_ body: String) throws {
    do throws(ScriptError) {
      try run(body, limits: .small)
    } catch {
      switch error.kind {
      case .runtime, .limit, .died(signal: .some): break
      default: Issue.record("\(error)")
      }
      #expect(!error.message.isEmpty)
    }
    #expect(try run("return host.x.y()", limits: .small) == .null)
  }

  @Test func `what one script changes is not changed for another`() throws {
    try run(
      """
      string.rep = nil table.sort = nil math.pi = 3 tostring = nil _G.x = 1
      setmetatable(_G, { __index = function() return 'changed' end })
      """)
    #expect(
      try run("return { x == nil, type(string.rep), math.pi > 3.1, tostring(1) }")
        == [true, "function", true, "1"])
  }

  @Test func `tampering with strings does not reach the bridge`() throws {
    let host = Answers()
    try run(
      """
      string.rep, string.format, tostring, type, next, error = nil, nil, nil, nil, nil, nil
      getmetatable, setmetatable, rawget = nil, nil, nil
      host.x.y({ a = 'b' })
      """, host: host)
    #expect(host.calls.first?.arguments == [["a": "b"]])
  }

  @Test func `a text with zeros is not cut`() throws {
    let host = Answers()
    try run("host.x.y('/etc/x.conf\\0/../../passwd')", host: host)
    #expect(host.calls.first?.arguments == ["/etc/x.conf\0/../../passwd"])
  }
}

import Glibc
import Testing

/// Scripts under conditions that are set before a program starts.
@Suite struct ConditionTests {
  static let ok = "return { main = function(host) return host.x.y() or 'ok' end }"

  @Test func `a script runs`() throws {
    let probe = try Probe(["run", Self.ok])
    #expect(probe.line() == "ok")
    #expect(probe.finish() == 0)
  }

  @Test func `without standard descriptors nothing gets in their place`() throws {
    #expect(try Probe(["--closed", "run", Self.ok]).finish() == 0)
  }

  @Test func `a small stack of the caller's is not the script's`() throws {
    let deep = "local function f(s) return s:gsub('.', f) end "
    let probe = try Probe([
      "--stack", "131072", "run",
      deep + "return { main = function() return tostring(pcall(f, 'x')) end }",
    ])
    #expect(probe.line() == "false")
    #expect(probe.finish() == 0)
  }

  @Test(arguments: [["--without", "filters"], ["--as", "4242", "--without", "filters"]])
  func `without a filter of system calls no script runs`(_ conditions: [String]) throws {
    let probe = try Probe(conditions + ["run", Self.ok])
    #expect(
      probe.line() == "script-probe: unavailable: a script cannot be locked in: "
        + "the kernel takes no filter of system calls (seccomp)")
    #expect(probe.finish() == 69)
  }

  @Test(
    .enabled(if: Probe.isRoot, "only root can set these up"),
    arguments: [
      ["--without", "proc"], ["--as", "4242"], ["--as", "4242", "--without", "namespaces"],
      ["--without", "namespaces"], ["--as", "4242", "--closed"],
    ])
  func `what is not to be had is done without`(_ conditions: [String]) throws {
    // What a statically linked Swift wants of /proc is of no account here.
    let probe = try Probe(conditions + ["run", Self.ok], environment: ["SWIFT_ROOT=/"])
    if !conditions.contains("--closed") { #expect(probe.line() == "ok") }
    #expect(probe.finish() == 0)
  }

  @Test(.enabled(if: Probe.isRoot, "only root can set this up"))
  func `without room for another process there is a reason and no script`() throws {
    let probe = try Probe(["--as", "4243", "--processes", "1", "run", Self.ok])
    #expect(
      probe.line()?.hasPrefix("script-probe: unavailable: no process for a script can be made: ")
        == true)
    #expect(probe.finish() == 69)
  }

  @Test(.enabled(if: Probe.isRoot, "only root can set these up"))
  func `a user's script is filtered, and has an empty root where namespaces are`() throws {
    let probe = try Probe(["--as", "4242", "wait", Self.ok])
    let pid = try #require(probe.line().flatMap { Int32($0) })
    #expect(probe.line() == "ok")
    #expect(Processes.words(pid, "status", "Seccomp") == ["2"])
    #expect(Processes.words(pid, "status", "Uid").first == "4242")
    #expect(Processes.words(pid, "status", "CapEff") == ["0000000000000000"])
    #expect(Processes.hasEmptyRoot(pid))
    #expect(Processes.list("/proc/\(pid)/fd") == ["0", "1"])
    #expect(probe.finish() == 0)
  }

  @Test(.enabled(if: Probe.isRoot, "only root can set these up"))
  func `the empty directory of the system is the root where there is one`() throws {
    let probe = try Probe(["--with", "empty", "wait", Self.ok])
    let pid = try #require(probe.line().flatMap { Int32($0) })
    #expect(probe.line() == "ok")
    #expect(Processes.link("/proc/\(pid)/root").hasSuffix("/var/empty"))
    #expect(probe.finish() == 0)
  }

  @Test(.enabled(if: Probe.isRoot, "only root can set these up"))
  func `a directory that others may write is no empty root`() throws {
    let probe = try Probe(["--with", "unsafe", "wait", Self.ok])
    let pid = try #require(probe.line().flatMap { Int32($0) })
    #expect(probe.line() == "ok")
    #expect(!Processes.link("/proc/\(pid)/root").hasSuffix("/var/empty"))
    #expect(Processes.hasEmptyRoot(pid))
    #expect(probe.finish() == 0)
  }

  @Test(.enabled(if: Probe.isRoot, "root alone can look"))
  func `no secret of the caller's is in a script's memory`() throws {
    let secret = "correct-horse-" + String(UInt64.random(in: 1 << 60 ... .max), radix: 36)
    let probe = try Probe(
      ["wait", Self.ok, secret], environment: ["TOKEN=\(secret)", "REGISTRY_TOKEN=\(secret)"])
    let pid = try #require(probe.line().flatMap { Int32($0) })
    #expect(probe.line() == "ok")
    #expect(Processes.memory(of: probe.pid, contains: secret) == true)
    #expect(Processes.memory(of: pid, contains: secret) == false)
    for (child, name) in Processes.children(of: probe.pid) where name.hasPrefix("alpod-zyg") {
      #expect(Processes.memory(of: child, contains: secret) == false)
    }
    #expect(probe.finish() == 0)
  }

  @Test func `when the core is killed, its zygote and a busy script end with it`() throws {
    let busy = "return { main = function() print('busy') while true do end end }"
    let probe = try Probe(["wait", busy])
    let pid = try #require(probe.line().flatMap { Int32($0) })
    #expect(probe.line() == "busy")
    let children = Processes.children(of: probe.pid).map(\.pid)
    #expect(children.contains(pid) && children.count == 2)
    kill(probe.pid, SIGKILL)
    for child in children { #expect(Processes.vanishes(child)) }
    #expect(probe.finish() == 128 + SIGKILL)
  }

  @Test func `tools that the core starts meanwhile have all of its processors`() throws {
    let probe = try Probe(["forks"])
    #expect(probe.line() == "pinned 1, child has all")
    #expect(probe.finish() == 0)
  }

  @Test func `orders are the same in every process`() throws {
    let text = """
      local t, keys = {}, {}
      for i = 1, 200 do t['k' .. i * 7919 % 1000] = {} end
      for _, v in pairs(t) do t[v] = true end
      for k in pairs(t) do keys[#keys + 1] = type(k) == 'string' and k or 'o' end
      for i = 1, 9 do keys[#keys + 1] = math.random(100) end
      return { main = function() return table.concat(keys, ' ') end }
      """
    let lines = try (0..<4).map { _ in
      let probe = try Probe(["run", text])
      defer { #expect(probe.finish() == 0) }
      return try #require(probe.line())
    }
    #expect(Set(lines).count == 1)
  }

  /// Linked statically, the C library has other ways than the one that the tests themselves use.
  @Test func `the filter lets all of Lua's libraries work`() throws {
    let probe = try Probe(["run", Self.everything])
    #expect(probe.line() == "done")
    #expect(probe.finish() == 0)
  }

  @Test(arguments: [
    ("while true do end", "limit(\"processor time\"): used up its limit of processor time, 100 ms"),
    (
      "('a'):rep(30):find(('a*'):rep(30) .. 'b')",
      "limit(\"processor time\"): used up its limit of processor time, 100 ms"
    ),
    (
      "local t = {} for i = 1, 1e9 do t[i] = { i } end",
      "limit(\"memory\"): used up its limit of memory, 256 MiB"
    ),
    ("error('x')", "runtime: x"),
  ])
  func `ends are told as they are`(_ body: String, _ message: String) throws {
    let time = message.contains("memory") ? "60000" : "100"
    let probe = try Probe(["run", "return { main = function()\n\(body) end }", time])
    #expect(probe.line() == "script-probe: \(message) at probe.lua:2")
    #expect(probe.finish() == 1)
  }

  static let everything = """
    local function all()
      local t = {}
      for i = 1, 200000 do t[i] = { i, tostring(i), i / 3 } end
      for round = 1, 3 do
        local s = ('0123456789'):rep(10000 * round)
        assert(#s:upper():reverse():gsub('%d', '%0%0') == #s * 2)
        for i = 1, 100 do t[i] = s:sub(i) end
        for i = 1, 200000, 2 do t[i] = nil end
        for i = 1, 1e5 do t[i] = {} end
      end
      assert(string.format('%5.3f %g %a %d %x %q %s %c', 1.5, 1e300, 0.1, 5, 255, 'a', {}, 65))
      assert(tonumber('0x1p4') == 16 and tonumber('1e1') == 10 and math.type(2^53) == 'float')
      assert(string.unpack('<i4', string.pack('<i4', 7)) == 7)
      for name, f in pairs(math) do
        if type(f) == 'function' then pcall(f, 0.5, 2) pcall(f, 3) pcall(f) end
      end
      table.sort(t, function(a, b) return tostring(a) < tostring(b) end)
      table.concat({ 1, 2, 3 }, ',') table.move({ 1, 2 }, 1, 2, 3) table.pack(table.unpack({ 1, 2 }))
      assert(utf8.len('zürich') == 6 and utf8.char(0x1f600))
      local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
      assert(deep(150000) == 150000)
      assert(not pcall(function() local function f() return 1 + f() end return f() end))
      local function calls(s) return (s:gsub('.', calls)) end
      assert(not pcall(calls, 'x'))
      for i = 1, 2000 do
        local co = coroutine.wrap(function(...) coroutine.yield(...) error('x') end)
        co(i)
        pcall(co)
      end
      setmetatable({}, { __mode = 'k' })
      load('return ' .. ('1 + '):rep(10000) .. '1')
      for k in pairs(t) do t[k] = nil end
    end
    return { main = function(host)
      all()
      host.x.y({ ('x'):rep(500000), { a = 1 } })
      return 'done'
    end }
    """
}

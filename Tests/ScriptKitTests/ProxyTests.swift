import ScriptKit
import Testing
import Values

@Suite struct ProxyTests {
  @Test(arguments: [
    ("tostring(host.apk)", Value.string("host.apk")), ("tostring(host)", "host"),
    ("tostring(report.ok)", "report.ok"), ("type(host)", "userdata"),
    ("getmetatable(host)", false), ("host.apk == host.apk", true),
    ("host.apk.add == host.apk.add", true), ("host.apk == host.rc", false),
    ("host == report", false), ("rawequal(host.apk, host.apk)", true),
    ("string.format('%s', host.apk)", "host.apk"), ("({ [host.apk] = 1 })[host.apk]", 1),
  ])
  func `a proxy is what it is`(_ expression: String, _ expected: Value) throws {
    #expect(try run("return \(expression)") == expected)
  }

  @Test(arguments: [
    ("host.x = 1", "host cannot be changed"), ("host.apk.add = nil", "host.apk cannot be changed"),
    ("setmetatable(host, {})", "table expected"), ("rawset(host, 'x', 1)", "table expected"),
    ("rawget(host, 'x')", "table expected"), ("next(host)", "table expected"),
    ("pairs(host)", "table expected"), ("return host.apk .. ''", "concatenate"),
    ("return #host", "length"), ("return host + 1", "arithmetic"),
    ("return host < host", "compare"),
    ("host()", "host itself cannot be called; its fields can"),
    ("host[1]()", "the fields of host are names; this is a number"),
    ("host[{}]()", "the fields of host are names; this is a table"),
    ("host['a b']()", "there is nothing of that name in host"),
    ("host['\\xff'].x()", "there is nothing of that name in host"),
    ("host['']()", "there is nothing of that name in host"),
    ("host['a\\0b']()", "there is nothing of that name in host"),
    ("host[('x'):rep(100)]()", "there is nothing of that name in host"),
    ("host.apk:add{ 'podman' }", "call it with a dot: host.apk.add{…}"),
    ("host:apk()", "call it with a dot: host.apk{…}"),
    ("host.a.b(host.a)", "call it with a dot: host.a.b{…}"),
    ("host.a.b(report)", "host.a.b: the argument is a part of the host"),
    ("host.a.b(1, host.c)", "host.a.b: argument 2 is a part of the host"),
    ("host.a.b(table.unpack({}, 1, 17))", "host.a.b was given 17 arguments"),
  ])
  func `a proxy does nothing else`(_ body: String, _ message: String) {
    let host = Answers()
    let error = failure("\n\(body)", host: host)
    #expect(error?.kind == .runtime)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.position == SourcePosition(file: "test.lua", line: 2))
    #expect(host.calls.isEmpty)
  }

  @Test func `any name goes to the core, which knows which there are`() {
    let host = Answers { .failure("there is no \($0.name)") }
    #expect(failure("host.apk.ad{}", host: host)?.message == "there is no host.apk.ad")
    #expect(failure("report.oke('x')", host: host)?.message == "there is no report.oke")
  }

  @Test func `a proxy is good for the call that it was given to`() throws {
    let script = try Script.start(), host = Answers()
    let text = """
      local kept, field, co
      return {
        setup = function(host)
          kept, field = host, host.apk.add
          co = coroutine.wrap(function() coroutine.yield() host.x.y() end)
          co()
        end,
        check = function(host) kept.apk.add{} end,
        later = function() field{} end,
        resumed = function() co() end,
        fresh = function(host) host.x.y() return kept == host end,
      }
      """
    _ = try script.load(.lua(text), host: host)
    _ = try script.call("setup", [.proxy("host")], host: host)
    for function in ["check", "later", "resumed"] {
      let error = #expect(throws: ScriptError.self) {
        try script.call(function, [.proxy("host")], host: host)
      }
      #expect(error?.message.contains("is kept from an earlier call") == true)
      #expect(error?.position != nil)
    }
    #expect(host.calls.isEmpty)
    #expect(try script.call("fresh", [.proxy("host")], host: host) == false)
    #expect(host.calls.count == 1)
  }

  @Test func `there is nothing to call while a file is loaded`() throws {
    let error = try loadFailure(Array("host.apk.add{}".utf8))
    #expect(error?.message.contains("global 'host'") == true)
  }
}

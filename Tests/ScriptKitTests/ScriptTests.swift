import ScriptKit
import Testing
import Values

@Suite struct ScriptTests {
  @Test func `a table comes back with its functions as markers`() throws {
    let script = try Script(isPinned: false)
    let value = try script.load(
      .lua("return { a = 1, b = { 'x', 'y' }, f = function() end }"), host: Answers())
    #expect(value == ["a": 1, "b": ["x", "y"], "f": .function])
  }
  @Test func `a call of the host is answered`() throws {
    let script = try Script(isPinned: false)
    let host = Answers { call in .value(.list(call.arguments + [.string(call.name)])) }
    _ = try script.load(
      .lua("return { setup = function(host, opt)\n return host.a.b{ x = opt.y } end }"), host: host)
    let value = try script.call("setup", [.proxy("host"), .value(["y": 5])], host: host)
    #expect(value == [["x": 5], "host.a.b"])
    #expect(host.calls.first?.position == SourcePosition(file: "test.lua", line: 2))
  }
}

final class Answers: ScriptHost {
  private let reply: (HostCall) -> HostAnswer
  private(set) var calls: [HostCall] = []
  private(set) var output: [UInt8] = []
  init(_ reply: @escaping (HostCall) -> HostAnswer = { _ in .value(.null) }) { self.reply = reply }
  func answer(_ call: HostCall) -> HostAnswer { calls.append(call); return reply(call) }
  func module(_ name: String) -> ModuleAnswer { .missing("no module \(name)") }
  func printed(_ bytes: [UInt8]) { output += bytes }
}
extension ScriptSource {
  static func lua(_ text: String) -> ScriptSource {
    .init(name: "test.lua", text: Array(text.utf8))
  }
}

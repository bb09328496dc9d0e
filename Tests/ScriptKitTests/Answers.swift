import ScriptKit
import Testing
import Values

/// A host that notes what it is asked, and answers by a closure.
final class Answers: ScriptHost {
  var modules: [String: String] = [:]
  private let reply: (HostCall) -> HostAnswer
  private(set) var calls: [HostCall] = []
  private(set) var required: [String] = []
  private(set) var output: [UInt8] = []

  init(_ reply: @escaping (HostCall) -> HostAnswer = { _ in .value(.null) }) { self.reply = reply }

  func answer(_ call: HostCall) -> HostAnswer {
    calls.append(call)
    return reply(call)
  }

  func module(_ name: String) -> ModuleAnswer {
    required.append(name)
    guard let text = modules[name] else { return .missing("there is no module '\(name)'") }
    let path = name.split(separator: ".").joined(separator: "/")
    return .source(ScriptSource(name: "\(path).lua", text: Array(text.utf8)))
  }

  func printed(_ bytes: [UInt8]) { output += bytes }
  var text: String { String(decoding: output, as: UTF8.self) }
}

extension ScriptSource {
  static func lua(_ text: String, name: String = "test.lua") -> ScriptSource {
    .init(name: name, text: Array(text.utf8))
  }
}

extension Script {
  /// Beside other tests there is no processor of one's own.
  static func start(_ limits: ScriptLimits = .standard) throws(ScriptError) -> Script {
    try Script(limits: limits, isPinned: false)
  }
}

/// What one expression of Lua is, seen from here.
func evaluate(_ expression: String, host: Answers = Answers()) throws -> Value {
  let script = try Script.start()
  let value = try script.load(.lua("return { value = \(expression) }"), host: host)
  return value.fields?["value"] ?? .null
}

/// Runs the body of a function with `host`, and gives what it returns.
@discardableResult
func run(
  _ body: String, limits: ScriptLimits = .standard, host: Answers = Answers(),
  name: String = "test.lua"
) throws(ScriptError) -> Value {
  let script = try Script.start(limits)
  let text = "return { main = function(host, report) \(body)\nend }"
  _ = try script.load(.lua(text, name: name), host: host)
  return try script.call("main", [.proxy("host"), .proxy("report")], host: host)
}

/// How such a function fails; an issue is recorded when it does not.
func failure(
  _ body: String, limits: ScriptLimits = .standard, host: Answers = Answers(),
  at location: SourceLocation = #_sourceLocation
) -> ScriptError? {
  do throws(ScriptError) {
    let value = try run(body, limits: limits, host: host)
    Issue.record("it came to its end, with \(value)", sourceLocation: location)
    return nil
  } catch {
    return error
  }
}

/// How the text of a script fails to load.
func loadFailure(
  _ text: [UInt8], host: Answers = Answers(), at location: SourceLocation = #_sourceLocation
) throws -> ScriptError? {
  let script = try Script.start()
  do throws(ScriptError) {
    let value = try script.load(ScriptSource(name: "test.lua", text: text), host: host)
    Issue.record("it was loaded as \(value)", sourceLocation: location)
    return nil
  } catch {
    return error
  }
}

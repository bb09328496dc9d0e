import AuthorKit
import Primitives
import ScriptKit
import Synchronization
import Testing
import Values

/// What the description of a call shows is something that a plugin can write.
@Suite struct ExampleTests {
  @Test(arguments: HostAPI.primitives.map { $0.signature.name })
  func `an example runs, and its arguments are taken`(_ name: String) throws {
    let call = try #require(HostAPI.primitive(named: name)).signature
    let answers = Answering()
    // Some show what comes back, some stand for themselves.
    let shown = ["return \(call.example)", call.example]
    var failures: [String] = []
    for text in shown {
      let source = ScriptSource(
        name: "example.lua", text: Array("return { run = function(host) \(text)\nend }".utf8))
      do {
        let script = try Script(isPinned: false)
        _ = try script.load(source, host: answers)
        _ = try script.call("run", [.proxy("host")], host: answers)
        failures = []
        break
      } catch {
        failures.append("\(error)")
      }
    }
    #expect(failures.isEmpty)
    #expect(answers.refusals.isEmpty)
    #expect(answers.called.contains(name))
  }
}

/// Takes calls whose arguments are right, and answers something of the shape that the call promises.
private final class Answering: ScriptHost {
  var called: [String] = []
  var refusals: [String] = []

  func answer(_ call: HostCall) -> HostAnswer {
    let name = String(call.name.dropFirst("host.".count))
    called.append(name)
    guard let signature = HostAPI.primitive(named: name)?.signature else {
      refusals.append("there is no \(name)")
      return .failure("there is no \(name)")
    }
    do throws(PrimitiveFailure) {
      _ = try Arguments(call.arguments, for: signature)
    } catch {
      refusals.append("\(error)")
    }
    return .value(signature.result.map(Self.value) ?? .null)
  }

  private static func value(_ type: ResultType) -> Value {
    switch type {
    case .string: "text"
    case .boolean: true
    case .integer: 1
    case .choice(let choices): .string(choices.first ?? "")
    case .list(let item): .list([value(item)])
    case .table(_, let fields):
      .table(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, value($0.type)) }))
    case .optional(let type): value(type)
    }
  }

  func module(_ name: String) -> ModuleAnswer { .missing(name) }
  func printed(_ bytes: [UInt8]) {}
}

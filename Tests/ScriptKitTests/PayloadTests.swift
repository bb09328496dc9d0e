import PayloadSupport
import ScriptKit
import Testing
import Values

/// Every payload beside a control script: both in the same wrapper, in the same program, at the same time. What the
/// control asks of the host has to arrive, whatever the payload does; and a payload counts only if its own first call
/// arrived.
@Suite struct PayloadTests {
  /// A script that calls `host.attack.begins` first, then goes on with this body.
  private func wrapped(_ body: String) -> ScriptSource {
    .lua(
      """
      local tostring = tostring
      return { main = function(host)
        host.attack.begins()
        \(body)
      end }
      """, name: "attack.lua")
  }

  private func limits(_ payload: Payload) -> ScriptLimits {
    var limits = ScriptLimits()
    limits.memory = 64 << 20
    limits.processorTime = payload.takesTime ? 250 : 10_000
    limits.output = 64 << 10
    limits.calls = 2000
    limits.frame = 64 << 10
    limits.items = 5000
    return limits
  }

  private func end(_ script: Script, _ host: Answers) -> (Payload.End, String)? {
    do throws(ScriptError) {
      _ = try script.call("main", [.proxy("host")], host: host)
      return (.value, "")
    } catch {
      switch error.kind {
      case .runtime: return (.error, error.message)
      case .limit(let name): return (.limit(name), error.message)
      case .died(signal: .some): return (.died, error.message)
      default:
        Issue.record("it ended as none may: \(error)")
        return nil
      }
    }
  }

  @Test(arguments: Payload.all)
  func `it does not get out, and the script beside it does not notice`(_ payload: Payload) throws {
    let limits = limits(payload)
    let control = try Script.start(limits), controlHost = Answers()
    _ = try control.load(
      wrapped("host.control.wants{ path = '/etc/motd', content = 'known' }"), host: controlHost)

    let script = try Script.start(limits), host = Answers()
    let body =
      "return "
      + payload.function(
        found: "host.attack.found(tostring(what))", after: "host.attack.after() print('AFTER')")
    _ = try script.load(wrapped(body), host: host)
    let end = end(script, host)
    #expect(host.calls.first?.name == "host.attack.begins", "it did not even begin")
    if let (end, message) = end {
      #expect(payload.ends.contains(end), "\(end): \(message)")
      if end == .error { #expect(!message.isEmpty) }
      if case .limit = end { #expect(!Processes.exists(script.processID)) }
    }
    for call in host.calls where call.name == "host.attack.found" {
      Issue.record("it found \(call.arguments)")
    }
    #expect(!host.calls.contains { $0.name == "host.attack.after" })
    #expect(!host.text.contains("AFTER"))

    _ = try control.call("main", [.proxy("host")], host: controlHost)
    #expect(controlHost.calls.map(\.name) == ["host.attack.begins", "host.control.wants"])
    #expect(controlHost.calls.last?.arguments == [["path": "/etc/motd", "content": "known"]])
  }

  /// Without this, a payload that never ran would pass.
  @Test func `what is found, and what runs after the end, is noticed`() throws {
    let script = try Script.start(), host = Answers()
    let body = "found(1) after()"
    _ = try script.load(
      wrapped(
        "local found, after = function(x) host.attack.found(x) end, host.attack.after \(body)"),
      host: host)
    _ = try script.call("main", [.proxy("host")], host: host)
    #expect(
      host.calls.map(\.name) == ["host.attack.begins", "host.attack.found", "host.attack.after"])
    #expect(Payload.all.count > 120)
    #expect(Payload.all.allSatisfy { !$0.ends.isEmpty && $0.text.hasPrefix("-- ") })
  }
}

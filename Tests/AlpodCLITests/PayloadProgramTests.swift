import Foundation
import PayloadSupport
import ProgramSupport
import Testing

/// The payloads inside the program, as a plugin of somebody else's beside a plugin of one's own. ALPOD_STATIC names the
/// program that is released: with Lua and all else in one file.
@Suite struct PayloadProgramTests {
  struct Trial: Sendable, CustomTestStringConvertible {
    let payload: Payload
    let program: String
    var testDescription: String { "\(payload.name) in \(program)" }
  }

  /// Here the limits are those of every day, so that what takes all of its time takes ten seconds. That is done once, in
  /// the program that counts.
  static let trials: [Trial] = {
    if let released = ProcessInfo.processInfo.environment["ALPOD_STATIC"] {
      // Of those that take their time a sample is enough where every minute counts.
      let isSample = ProcessInfo.processInfo.environment["ALPOD_PAYLOAD_SAMPLE"] == "1"
      let slow = Payload.all.filter(\.takesTime).enumerated()
        .filter { !isSample || $0.offset.isMultiple(of: 4) }.map(\.element)
      return (Payload.all.filter { !$0.takesTime } + slow).map {
        Trial(payload: $0, program: released)
      }
    }
    return Payload.all.filter { !$0.takesTime }.map { Trial(payload: $0, program: Program.path) }
  }()

  private static let canary = "canary-7f3a91c0d2"

  private func plugin(_ name: String, needs: String = "", _ body: String) -> String {
    """
    local print, tostring = print, tostring
    return { api = 1, name = "\(name)", summary = "A plugin of a test", needs = { \(needs) },
      setup = function(host)
        print("\(name) hears from the core: " .. host.machine.get().title)
        \(body)
      end }

    """
  }

  private func plan(_ words: [String], _ trial: Trial, in scratch: Scratch) throws -> Program.Ending
  {
    try Program.execute(
      trial.program, ["plan"] + words + ["--simulate"], in: scratch.path,
      environment: ["REGISTRY_TOKEN": Self.canary])
  }

  @Test(arguments: trials)
  func `it does not get out, and the plugin beside it plans what it always did`(_ trial: Trial)
    throws
  {
    let scratch = try Scratch()
    try scratch.write(
      plugin(
        "control", needs: "files = { '/etc/known' }",
        "host.file.write{ path = '/etc/known', content = 'known\\n' }"), to: "control.lua")
    try scratch.write(
      plugin(
        "attack",
        "return "
          + trial.payload.function(
            found: "print('FOUND ' .. tostring(what))", after: "print('AFTER')")), to: "attack.lua")

    let ending = try plan(["./control.lua", "./attack.lua"], trial, in: scratch)
    #expect(ending.errors.contains("attack hears from the core: Alpine"), "it did not even begin")
    let breached = trial.payload.ends.first {
      if case .limit(let name) = $0 {
        ending.errors.contains("used up its limit of \(name)")
      } else {
        false
      }
    }
    let end: Payload.End? =
      switch ending.status {
      case 0: .value
      case 65 where breached != nil: breached
      case 65 where ending.errors.contains(" died of signal "): .died
      case 65: .error
      default: nil
      }
    #expect(
      end.map(trial.payload.ends.contains) == true, "\(ending.status): \(ending.errors.suffix(300))"
    )
    #expect(!ending.errors.contains("FOUND"), "\(ending.errors.suffix(300))")
    #expect(!ending.errors.contains("AFTER"))
    #expect(!(ending.output + ending.errors).contains(Self.canary))
    #expect(Self.steering(ending.output) == [] && Self.steering(ending.errors) == [])
    if end == .value {
      #expect(ending.output.contains("1 change") && ending.output.contains("/etc/known"))
    }

    let alone = try plan(["./control.lua"], trial, in: scratch)
    #expect(alone.status == 0)
    #expect(alone.output.contains("1 change") && alone.output.contains("+known"))
  }

  /// What would steer a terminal, or show text in another order than it is in.
  private static func steering(_ text: String) -> [UInt32] {
    text.unicodeScalars.map(\.value).filter { value in
      switch value {
      case 0x0a, 0x09: false
      case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069, 0x200e, 0x200f, 0x2028, 0x2029:
        true
      default: false
      }
    }
  }
}

public import Planning
internal import ScriptKit
internal import Values

/// Runs lines of Lua, one after the other, with variables that last.
public final class ConsoleScript {
  /// What came of a line.
  public enum Outcome: Sendable, Hashable {
    /// The values that it gives, as Lua writes them.
    case values([String])
    /// It is the beginning of something.
    case unfinished
    case failure(String)
  }

  private let starter: ScriptStarter
  private let print: (String) -> Void
  private var running: (script: Script, desk: ScriptDesk)?

  private static let path = "stdlib/console.lua"

  public init(_ starter: ScriptStarter, print: @escaping (String) -> Void) {
    self.starter = starter
    self.print = print
  }

  /// Runs a line.
  /// - Throws: what ended the script: a limit, a signal. The next line begins with a new one, without variables.
  public func run(_ text: String, _ answer: @escaping Planning.HostAnswer) throws(PluginFailure)
    -> Outcome
  {
    do throws(ScriptError) {
      let (script, desk) = try current()
      desk.phase = answer
      defer { desk.phase = nil }
      let value = try script.call("run", [.proxy("host"), .value(.string(text))], host: desk)
      let fields = value.fields ?? [:]
      if fields["more"]?.bool == true { return .unfinished }
      if let failure = fields["failure"] {
        return .failure(Self.text(failure))
      }
      return .values((fields["values"]?.items ?? []).map(Self.text))
    } catch {
      running = nil
      throw PluginFailure(error, of: "console")
    }
  }

  /// The names of variables that were set.
  public func names() -> [String] {
    guard let running else { return [] }
    let value = try? running.script.call("names", [], host: running.desk)
    return (value?.items ?? []).compactMap(\.text)
  }

  private static func text(_ value: Value) -> String {
    value.bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private func current() throws(ScriptError) -> (script: Script, desk: ScriptDesk) {
    if let running { return running }
    let desk = ScriptDesk(print: print)
    let script = try starter.start()
    _ = try script.load(
      ScriptSource(name: Self.path, text: Shipped.content(Self.path) ?? []), host: desk)
    running = (script, desk)
    return (script, desk)
  }
}

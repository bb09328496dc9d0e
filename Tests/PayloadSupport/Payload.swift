import Foundation
public import Testing

/// What a script does to get out, or to bring down whoever runs it: a file of Tests/Payloads.
///
/// Each is the body of a function. `host` is what a plugin gets; it calls `found` with what it reached and must not
/// have, and `after` where nothing may run any more. The first lines say what it tries, and how it may end.
public struct Payload: Sendable, CustomTestStringConvertible {
  /// How a script may end.
  public enum End: Hashable, Sendable {
    /// It came to its end.
    case value
    /// It raised an error.
    case error
    /// It used up a limit, by its name.
    case limit(String)
    /// Its process died of a fault of Lua's.
    case died
  }

  public let name: String
  public let text: String
  public let ends: Set<End>

  public var testDescription: String { name }

  /// Whether it may end by using up its processor time.
  public var takesTime: Bool { ends.contains(.limit("processor time")) }

  /// All of them.
  public static let all: [Payload] = {
    let directory = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Payloads")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.filter { $0.hasSuffix(".lua") }.sorted().compactMap { name in
      guard let text = try? String(contentsOf: directory.appending(path: name), encoding: .utf8)
      else { return nil }
      return Payload(name: String(name.dropLast(4)), text: text)
    }
  }()

  init(name: String, text: String) {
    self.name = name
    self.text = text
    let mark = "-- ends: "
    let line = text.split(separator: "\n").first { $0.hasPrefix(mark) }?.dropFirst(mark.count) ?? ""
    ends = Set(
      line.components(separatedBy: " or ").map { word in
        switch word {
        case "value": .value
        case "died": .died
        case let limit where limit.hasPrefix("limit "): .limit(String(limit.dropFirst(6)))
        default: .error
        }
      })
  }

  /// Its text where `found` and `after` are functions of these bodies.
  public func function(found: String, after: String) -> String {
    """
    (function(host, found, after)
    \(text)
    end)(host, function(what) \(found) end, function() \(after) end)
    """
  }
}

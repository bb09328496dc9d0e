internal import Kernel
internal import Machines
public import Values

/// What is wrong with a value.
public struct ValueProblem: Error, Hashable, Sendable {
  /// Where in the value: "packages[2]", "options.count"; empty for the value itself.
  public var place: String
  /// "must be a package name, not a list of 2".
  public var text: String

  func inside(_ outer: String) -> ValueProblem {
    ValueProblem(place: outer + place, text: text)
  }
}

extension ValueType {
  /// The value in its canonical form, or what is wrong with it. Nothing is coerced but floats that are whole numbers.
  public func check(_ value: Value) throws(ValueProblem) -> Value {
    switch self {
    case .boolean:
      guard case .bool = value else { throw mismatch(value) }
      return value
    case .integer(let range):
      guard let number = value.integer, range.contains(number) else { throw mismatch(value) }
      return .integer(number)
    case .content:
      guard value.bytes != nil else { throw mismatch(value) }
      return value
    case .list(let item):
      guard let items = value.items else { throw mismatch(value) }
      guard items.count <= Self.mostItems else { throw tooMany(items.count) }
      var checked: [Value] = []
      for (index, element) in items.enumerated() {
        do throws(ValueProblem) { checked.append(try item.check(element)) } catch {
          throw error.inside("[\(index + 1)]")
        }
      }
      return .list(checked)
    case .map(let item):
      guard let fields = value.fields else { throw mismatch(value) }
      guard fields.count <= Self.mostItems else { throw tooMany(fields.count) }
      var checked: [String: Value] = [:]
      for (name, element) in fields {
        if let problem = Self.string.problem(name) {
          throw ValueProblem(place: "", text: "has a key that \(problem)")
        }
        do throws(ValueProblem) { checked[name] = try item.check(element) } catch {
          throw error.inside(".\(name)")
        }
      }
      return .table(checked)
    case .record(let fields): return try Self.check(value, fields)
    case .string, .path, .mode, .packageName, .serviceName, .runlevel, .userName, .moduleName,
      .choice, .sysctlKey, .url, .imageName, .containerName, .portMapping, .volume:
      guard case .string(let text) = value else { throw mismatch(value) }
      if let problem = problem(text) { throw ValueProblem(place: "", text: problem) }
      return value
    }
  }

  /// Each field in its place; what stands alone is the first one.
  private static func check(_ value: Value, _ fields: [Parameter]) throws(ValueProblem) -> Value {
    guard let first = fields.first else { throw ValueProblem(place: "", text: "takes nothing") }
    guard case .table(let given) = value else {
      return .table([first.name: try first.type.check(value)])
    }
    for name in given.keys.sorted() where !fields.contains(where: { $0.name == name }) {
      let names = fields.map(\.name)
      let near = Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
      throw ValueProblem(
        place: "",
        text: "has no field '\(name)'; \(near ?? "it has " + names.joined(separator: ", "))")
    }
    var checked: [String: Value] = [:]
    for field in fields {
      guard let item = given[field.name], item != .null else {
        if field.isRequired {
          throw ValueProblem(place: "", text: "lacks the field '\(field.name)': \(field.help)")
        }
        checked[field.name] = field.fallback
        continue
      }
      do throws(ValueProblem) { checked[field.name] = try field.type.check(item) } catch {
        throw error.inside(".\(field.name)")
      }
    }
    return .table(checked)
  }

  /// Items of one list or map: every one is held against the plugin's needs.
  private static let mostItems = 1000

  private func tooMany(_ count: Int) -> ValueProblem {
    ValueProblem(place: "", text: "has \(count) items; \(Self.mostItems) is the most")
  }

  private func mismatch(_ value: Value) -> ValueProblem {
    if case .bytes = value { return ValueProblem(place: "", text: "is not valid UTF-8") }
    return ValueProblem(place: "", text: "must be \(title), not \(value.kind)")
  }

  private func problem(_ text: String) -> String? {
    if text.utf8.contains(0) { return "holds a NUL byte" }
    if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      return "holds a control character"
    }
    switch self {
    case .path:
      do throws(MachinePathError) {
        _ = try MachinePath(text)
        return nil
      } catch {
        return "is no usable path: \(error)"
      }
    case .mode:
      // UInt16(_:radix:) would take a sign.
      guard (3...4).contains(text.utf8.count),
        text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
      else {
        return "must be \(title) (octal digits in a string), not \(quoted(text))"
      }
      return nil
    case .choice(let choices):
      if choices.contains(text) { return nil }
      let near = Suggestion.nearest(to: text, among: choices)
      return "must be \(title), not \(quoted(text))"
        + (near.map { "; did you mean \"\($0)\"?" } ?? "")
    case .packageName: return named(text, World.isName(text))
    case .serviceName, .runlevel: return named(text, Self.isPlainName(text, also: "._-+"))
    case .userName: return named(text, Self.isPlainName(text, also: "._-"))
    case .moduleName: return named(text, Self.isPlainName(text, also: "_-"))
    case .sysctlKey: return named(text, Self.isSysctlKey(text))
    case .url: return named(text, Self.isURL(text))
    case .imageName: return named(text, Self.isImage(text))
    case .containerName: return named(text, Self.isPlainName(text, also: "_.-"))
    case .portMapping: return named(text, PortMapping(text) != nil)
    case .volume: return named(text, VolumeMapping(text) != nil)
    default: return nil
    }
  }

  private func named(_ text: String, _ isGood: Bool) -> String? {
    isGood ? nil : "must be \(title), not \(quoted(text))"
  }

  private func quoted(_ text: String) -> String {
    "\"" + String(text.prefix(80)) + "\""
  }

  /// Words between dots or slashes, none of which leads elsewhere (sysctl(8)).
  private static func isSysctlKey(_ text: String) -> Bool {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "/" }
    return parts.count > 1 && text.utf8.count <= 200
      && parts.allSatisfy { isPlainName(String($0), also: "_-") }
  }

  private static func isURL(_ text: String) -> Bool {
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f }), text.utf8.count <= 1000 else {
      return false
    }
    if text.hasPrefix("/") { return (try? MachinePath(text)) != nil }
    for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
      return text.utf8.count > scheme.utf8.count
    }
    return false
  }

  /// What podman takes for a reference (distribution/reference), and no option of it.
  private static func isImage(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 255 else { return false }
    func isWord(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    // `oci:DIR` and the like would have podman take files of the machine for an image (containers-transports(5)).
    if let colon = text.firstIndex(of: ":") {
      let transports = [
        "containers-storage", "dir", "docker", "docker-archive", "docker-daemon", "oci",
        "oci-archive", "ostree", "sif", "tarball",
      ]
      if transports.contains(String(text[..<colon])) { return false }
    }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || "._-/:@+".utf8.contains($0) }
  }

  /// Letters, digits and a few signs, beginning with a letter, digit or underscore: nothing that an option, a path or
  /// a field of a colon-separated file could be made of.
  private static func isPlainName(_ text: String, also signs: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isWord(first) && text.utf8.allSatisfy { isWord($0) || signs.utf8.contains($0) }
  }
}

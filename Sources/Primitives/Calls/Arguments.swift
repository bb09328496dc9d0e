public import Kernel
public import Values

/// The checked arguments of one call.
public struct Arguments: Sendable {
  private let call: String
  private let values: [String: Value]

  /// Takes what a script gave: one table with named fields; or, in its place, the first parameter alone: a single
  /// value, or a list where the parameter is one.
  public init(_ given: [Value], for signature: CallSignature) throws(PrimitiveFailure) {
    let call = "host.\(signature.name)"
    self.call = call
    guard given.count <= 1 else {
      throw .argument("\(call) takes one table: \(signature.example)")
    }
    let fields = try Self.fields(given.first ?? .null, signature, call)
    let names = signature.parameters.map(\.name)
    for name in fields.keys.sorted() where !names.contains(name) {
      let near = Suggestion.nearest(to: name, among: names).map { "; did you mean '\($0)'?" }
      throw .argument(
        "\(call): unknown field '\(name)'\(near ?? "; it takes " + names.joined(separator: ", "))",
        at: CallSpot(signature.name, place: name, isName: true))
    }
    var values: [String: Value] = [:]
    for parameter in signature.parameters {
      let given = fields[parameter.name] ?? .null
      if given == .null {
        if parameter.isRequired {
          throw .argument(
            "\(call): the field '\(parameter.name)' is missing: \(parameter.help) (\(parameter.type.title))"
          )
        }
        values[parameter.name] = parameter.fallback
        continue
      }
      do throws(ValueProblem) {
        values[parameter.name] = try parameter.type.check(given)
      } catch {
        throw .argument(
          "\(call): \(parameter.name)\(error.place) \(error.text)",
          at: CallSpot(signature.name, place: parameter.name + error.place))
      }
    }
    self.values = values
  }

  private static func fields(_ given: Value, _ signature: CallSignature, _ call: String)
    throws(PrimitiveFailure) -> [String: Value]
  {
    if case .table = given, let parts = given.parts {
      // `{ "podman", allow_remove = {…} }`: the list part stands for the first parameter.
      guard !parts.items.isEmpty, let first = signature.parameters.first,
        parts.fields[first.name] == nil
      else { return given.fields ?? [:] }
      if case .list = first.type {
        return parts.fields.merging([first.name: .list(parts.items)]) { one, _ in one }
      }
      guard parts.items.count == 1 else {
        throw .argument(
          "\(call): \(first.name) must be \(first.type.title), not a list of \(parts.items.count): \(signature.example)"
        )
      }
      return parts.fields.merging([first.name: parts.items[0]]) { one, _ in one }
    }
    guard let first = signature.parameters.first else {
      if given == .null || given == .list([]) { return [:] }
      throw .argument("\(call) takes no arguments")
    }
    switch (given, first.type) {
    case (.null, _): return [:]
    case (.list(let items), .list) where !items.isEmpty: return [first.name: given]
    case (.list(let items), _) where items.isEmpty: return [:]
    case (.list, _), (.function, _):
      throw .argument(
        "\(call): \(first.name) must be \(first.type.title), not \(given.kind): \(signature.example)"
      )
    case (_, .list(let item)):
      // One name where a list is asked for.
      do throws(ValueProblem) { return [first.name: .list([try item.check(given)])] } catch {
        throw .argument("\(call): \(first.name) \(error.text)")
      }
    default: return [first.name: given]
    }
  }

  public subscript(name: String) -> Value? { values[name] }

  public func text(_ name: String) throws(PrimitiveFailure) -> String {
    guard let text = values[name]?.text else { throw missing(name) }
    return text
  }

  public func bytes(_ name: String) throws(PrimitiveFailure) -> [UInt8] {
    guard let bytes = values[name]?.bytes else { throw missing(name) }
    return bytes
  }

  public func path(_ name: String) throws(PrimitiveFailure) -> MachinePath {
    let text = try text(name)
    do throws(MachinePathError) { return try MachinePath(text) } catch {
      throw .argument("\(call): \(name) is no usable path: \(error)")
    }
  }

  public func integer(_ name: String) throws(PrimitiveFailure) -> Int64 {
    guard let number = values[name]?.integer else { throw missing(name) }
    return number
  }

  public func flag(_ name: String) -> Bool { values[name]?.bool ?? false }

  public func texts(_ name: String) -> [String] { (values[name]?.items ?? []).compactMap(\.text) }

  /// The permission bits of a `.mode` parameter; nil when it was not given.
  public func mode(_ name: String) -> UInt16? {
    values[name]?.text.flatMap { UInt16($0, radix: 8) }
  }

  private func missing(_ name: String) -> PrimitiveFailure {
    .argument("\(call): the field '\(name)' is missing")
  }
}

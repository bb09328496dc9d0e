import Primitives
import Testing
import Values

/// One field of one call, for tables over the whole host API.
struct Field: Sendable, CustomTestStringConvertible {
  var signature: CallSignature
  var parameter: Parameter

  var testDescription: String { "host.\(signature.name).\(parameter.name)" }

  static let all = HostAPI.primitives.flatMap { primitive in
    primitive.signature.parameters.map { Field(signature: primitive.signature, parameter: $0) }
  }

  /// The fields whose type is one of these, or a list of it.
  static func of(_ types: ValueType...) -> [Field] {
    all.filter { types.contains($0.item) }
  }

  /// The type of the field, or of what its list or table holds; of a table with fields that of the first, which may stand
  /// alone.
  var item: ValueType { parameter.type.item }

  /// A value that is right for every field, with another one for this field.
  func call(with value: Value) -> [String: Value] {
    var fields = signature.samples
    fields[parameter.name] = value
    return fields
  }

  /// The same, where the field is a list or table with the value in it.
  func call(withItem value: Value) -> [String: Value] {
    switch parameter.type {
    case .list: call(with: [value])
    case .map: call(with: ["key": value])
    default: call(with: value)
    }
  }

  /// What the arguments say is wrong with a call; nil when they take it.
  func problem(_ fields: [String: Value]) -> String? {
    do {
      _ = try Arguments([.table(fields)], for: signature)
      return nil
    } catch { return "\(error)" }
  }
}

extension CallSignature {
  /// A right value for every field.
  var samples: [String: Value] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.type.sample) })
  }
}

extension ValueType {
  /// A value of the type.
  var sample: Value {
    switch self {
    case .string: "text"
    case .content: "one\ntwo\n"
    case .boolean: true
    case .integer(let range): .integer(min(max(range.lowerBound, 1000), range.upperBound))
    case .path: "/etc/motd"
    case .mode: "0640"
    case .packageName: "podman"
    case .serviceName: "cgroups"
    case .runlevel: "default"
    case .userName: "admin"
    case .moduleName: "tun"
    case .sysctlKey: "net.ipv4.ip_forward"
    case .url: "http://mirror.example/alpine/v3.20/testing"
    case .imageName: "docker.io/library/nginx:1.27"
    case .containerName: "web"
    case .portMapping: "8080:80"
    case .volume: "/srv/www:/www:ro"
    case .choice(let choices): .string(choices[0])
    case .list(let item): [item.sample]
    case .map(let item): ["key": item.sample]
    case .record(let fields):
      .table(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.type.sample) }))
    }
  }

  /// What lists and tables of it hold in the end.
  var item: ValueType {
    switch self {
    case .list(let item), .map(let item): item.item
    case .record(let fields): fields.first?.type.item ?? self
    default: self
    }
  }

  /// Whether values are text that is checked, not content that is taken as it is.
  var isCheckedText: Bool {
    switch self {
    case .content, .boolean, .integer, .list, .map, .record: false
    default: true
    }
  }

  var isInteger: Bool { if case .integer = self { true } else { false } }
  var isList: Bool { if case .list = self { true } else { false } }
  var isMap: Bool { if case .map = self { true } else { false } }
}

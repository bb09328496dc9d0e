public import Kernel
internal import Primitives
internal import Values

/// One `--set [PLUGIN[:AS].]KEY=VALUE` of the command line.
public struct Setting: Hashable, Sendable {
  /// Nil for the plugins that the command line names.
  public var instance: InstanceName?
  public var key: String
  public var text: String

  public init(instance: InstanceName? = nil, key: String, text: String) {
    self.instance = instance
    self.key = key
    self.text = text
  }

  /// - Throws: `.usage` for a text of another form.
  public init(_ argument: String) throws(LoadFailure) {
    let example = "as in --set user=admin or --set container:web.image=nginx"
    guard let equals = argument.firstIndex(of: "=") else {
      throw LoadFailure(.usage, "--set \(argument): there is no \"=\"; write KEY=VALUE, \(example)")
    }
    var key = argument[..<equals]
    var instance: InstanceName?
    if let dot = key.lastIndex(of: ".") {
      guard let named = InstanceName(key[..<dot]) else {
        throw LoadFailure(.usage, "--set \(argument): \"\(key[..<dot])\" is no plugin, \(example)")
      }
      instance = named
      key = key[key.index(after: dot)...]
    }
    guard !key.isEmpty else {
      throw LoadFailure(.usage, "--set \(argument): the key is missing, \(example)")
    }
    self.init(
      instance: instance, key: String(key), text: String(argument[argument.index(after: equals)...])
    )
  }

  /// As it was typed, without the value.
  var title: String { "--set " + (instance.map { "\($0)." } ?? "") + key }
}

/// Turns the words of the command line into option values.
enum SettingReader {
  /// - Parameter settings: all that name the option, in order; a list takes each, everything else the last.
  static func value(
    _ settings: [Setting], for option: OptionDeclaration, input: SecretInput
  ) throws(LoadFailure) -> Value? {
    guard let last = settings.last else { return nil }
    func fault(_ text: String) -> LoadFailure {
      LoadFailure(.usage, "\(last.title): \(text)", hint: option.help)
    }
    switch option.kind {
    case .secret: return .string(try input.read(last.text, fault))
    case .plain(.list(let item)):
      var items: [Value] = []
      for setting in settings { items.append(try single(setting.text, item, fault)) }
      return .list(items)
    case .plain(.map(let item)):
      var fields: [String: Value] = [:]
      for setting in settings {
        guard let equals = setting.text.firstIndex(of: "=") else {
          throw fault("write \(last.key)=NAME=VALUE for each entry of this map")
        }
        let text = String(setting.text[setting.text.index(after: equals)...])
        fields[String(setting.text[..<equals])] = try single(text, item, fault)
      }
      return .table(fields)
    case .plain(let type): return try single(last.text, type, fault)
    }
  }

  private static func single(_ text: String, _ type: ValueType, _ fault: (String) -> LoadFailure)
    throws(LoadFailure) -> Value
  {
    let value: Value
    switch type {
    case .integer:
      guard let number = Int64(text) else { throw fault("must be \(type.title), not \"\(text)\"") }
      value = .integer(number)
    case .boolean:
      switch text {
      case "true", "yes", "on": value = true
      case "false", "no", "off": value = false
      default: throw fault("must be true or false, not \"\(text)\"")
      }
    default: value = .string(text)
    }
    do throws(ValueProblem) { return try type.check(value) } catch {
      throw fault("\(error.place) \(error.text)".drop { $0 == " " }.description)
    }
  }
}

/// Where secrets come from: a file, or standard input; never the command line, which every user of the machine can read.
public struct SecretInput: Sendable {
  private let readFile: @Sendable (String) throws(TypedPathFailure) -> [UInt8]?
  private let readInput: @Sendable () -> [UInt8]?

  public init(
    readFile: @escaping @Sendable (String) throws(TypedPathFailure) -> [UInt8]?,
    readInput: @escaping @Sendable () -> [UInt8]?
  ) {
    self.readFile = readFile
    self.readInput = readInput
  }

  func read(_ text: String, _ fault: (String) -> LoadFailure) throws(LoadFailure) -> String {
    guard text.hasPrefix("@") else {
      throw fault(
        "a secret on the command line could be read by every user: write @FILE, or @- for standard input"
      )
    }
    let bytes: [UInt8]?
    do throws(TypedPathFailure) {
      bytes = text == "@-" ? readInput() : try readFile(String(text.dropFirst()))
    } catch {
      throw LoadFailure(error)
    }
    guard let bytes else { throw fault("cannot read the secret from \(text.dropFirst())") }
    guard let secret = String(validating: bytes, as: UTF8.self) else {
      throw fault("the secret is not valid UTF-8")
    }
    // Editors and `echo` end a file with a line feed that is not meant.
    let plain = secret.hasSuffix("\n") ? String(secret.dropLast()) : secret
    let place = text == "@-" ? "standard input" : "\(text.dropFirst())"
    if plain.isEmpty { throw fault("the secret from \(place) is empty") }
    guard plain.count >= Secrets.leastLength else {
      throw fault(
        "the secret from \(place) is shorter than \(Secrets.leastLength) characters, and cannot be kept from view: so few stand in many a text by chance; take a longer one"
      )
    }
    return plain
  }
}

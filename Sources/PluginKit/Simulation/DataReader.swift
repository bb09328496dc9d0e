internal import Kernel
internal import Machines
internal import ScriptKit
internal import Values

/// Reads the fields of data files, with messages that say where in them something is wrong.
struct DataReader {
  let file: String

  func fault(_ text: String) -> LoadFailure {
    LoadFailure(.broken, text, at: SourcePosition(file: file, line: 1))
  }

  func fields(_ value: Value?, _ place: String, known: [String]? = nil) throws(LoadFailure)
    -> [String: Value]
  {
    guard let value, value != .null else { return [:] }
    guard let fields = value.fields else {
      throw fault("\(place) must be a table, not \(value.kind)")
    }
    guard let known else { return fields }
    for name in fields.keys.sorted() where !known.contains(name) {
      let near = Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" }
      throw fault(
        "\(place): unknown field '\(name)'\(near ?? "; it has \(known.joined(separator: ", "))")")
    }
    return fields
  }

  func names(_ value: Value?, _ place: String) throws(LoadFailure) -> [String] {
    guard let value, value != .null else { return [] }
    guard let items = value.items, items.allSatisfy({ $0.text != nil }) else {
      throw fault("\(place) must be a list of strings")
    }
    return items.compactMap(\.text)
  }

  func path(_ text: String, _ place: String) throws(LoadFailure) -> MachinePath {
    do throws(MachinePathError) { return try MachinePath(text) } catch {
      throw fault("\(place): \(error)")
    }
  }

  /// Mode and owner of a file, directory or device.
  func access(
    _ fields: [String: Value], _ place: String, mode standard: UInt16, owners: Owners
  ) throws(LoadFailure) -> PathState.Access {
    var mode = standard
    if let text = fields["mode"]?.text {
      guard let given = UInt16(text, radix: 8) else {
        throw fault("\(place): mode must be octal text, not \"\(text)\"")
      }
      mode = given
    }
    return .init(
      mode: mode, owner: try id(fields["owner"]?.text ?? "root", owners.users, place),
      group: try id(fields["group"]?.text ?? "root", owners.groups, place))
  }

  private func id(_ name: String, _ known: [String: UInt32], _ place: String) throws(LoadFailure)
    -> UInt32
  {
    if let id = known[name] ?? UInt32(name) { return id }
    throw fault("\(place): there is no user or group \(name)")
  }

  /// Whose names a data file may use.
  struct Owners {
    var users: [String: UInt32] = ["root": 0]
    var groups: [String: UInt32] = ["root": 0]
  }
}

internal import Changes
internal import Kernel
internal import Machines
internal import Planning
internal import Primitives
internal import Values

/// Plans and what checks found, as tests look at them.
enum PlanValue {
  /// Bytes of files that go into one answer; longer ones are cut.
  private static let mostContent = 64 << 10

  static func of(_ plan: Plan) -> [String: Value] {
    [
      "changes": .list(plan.changes.map(change)),
      "notes": .list(plan.boot.map { .string($0.text) }),
      "waiting": .list(
        plan.waiting.map { .table(["plugin": .string($0.instance), "reason": .string($0.reason)]) }
      ),
    ]
  }

  static func of(_ checks: [CheckResult]) -> Value {
    .list(
      checks.map { check in
        .table([
          "plugin": .string(check.instance), "status": .string(check.outcome.rawValue),
          "text": .string(check.text), "advice": check.hint.map(Value.string) ?? .null,
        ])
      })
  }

  private static func change(_ drafted: DraftedChange) -> Value {
    let change = drafted.change
    var fields: [String: Value] = [
      "plugin": .string(drafted.instance), "kind": .string(type(of: change).kind),
      "target": .string(change.target), "summary": .string(change.summary),
    ]
    if let placed = change as? any PlacedChange {
      fields["files"] = .list(placed.placements.map(place))
    }
    fields.merge(own(change)) { _, own in own }
    return .table(fields)
  }

  /// What only this kind of change has.
  private static func own(_ change: any Change) -> [String: Value] {
    switch change {
    case let change as PackagesAdd:
      let steps = change.transaction?.steps ?? []
      let names = change.constraints.map(World.name(of:))
      let coming = steps.filter { $0.new != nil && !names.contains($0.name) }.map(\.name)
      return [
        "packages": .list((names + coming).map(Value.string)),
        "removed": .list(steps.filter { $0.action == .remove }.map { .string($0.name) }),
      ]
    case let change as ServiceEnable:
      return ["enables": .string(change.service), "runlevel": .string(change.runlevel)]
    case let change as ServiceStart: return ["starts": .string(change.service)]
    case let change as ServiceReload: return ["reloads": .string(change.service)]
    case let change as ModuleLoad: return ["loads": .string(change.module)]
    case let change as SysctlSet:
      return ["setting": .string(change.key), "value": .string(change.after)]
    case let change as MountPropagation: return ["shares": .string(change.path.text)]
    case let change as SubordinateIDGrant:
      return ["grants": .string(change.user), "files": .list(change.places.map(place))]
    case let change as UserAdd: return ["user": .string(change.name)]
    case let change as ContainerRun: return ["container": .string(change.name)]
    case let change as ImageBuild: return ["image": .string(change.name)]
    default: return [:]
    }
  }

  private static func place(_ place: PlacedPath) -> Value {
    var fields: [String: Value] = ["path": .string(place.path.text)]
    switch place.after {
    case .absent: fields["kind"] = "absent"
    case .link(let target, _):
      fields["kind"] = "link"
      fields["target"] = .string(target)
    case .directory: fields["kind"] = "directory"
    case .other(let kind): fields["kind"] = .string(kind.rawValue)
    case .file(let content, _):
      fields["kind"] = "file"
      let shown = content.prefix(mostContent)
      fields["content"] =
        String(validating: shown, as: UTF8.self).map(Value.string) ?? .bytes(Array(shown))
    }
    if let access = place.after.access {
      let digits = String(access.mode, radix: 8)
      fields["mode"] = .string(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
      fields["owner"] = .integer(Int64(access.owner))
      fields["group"] = .integer(Int64(access.group))
    }
    return .table(fields)
  }
}

extension Value {
  /// As Lua would have it written, over several lines where it is a table.
  func literal(indent: String = "") -> String {
    switch self {
    case .null: return "nil"
    case .bool(let flag): return "\(flag)"
    case .integer(let number): return "\(number)"
    case .number(let number): return "\(number)"
    case .string(let text): return text.contains("\n") ? text : "\"\(text)\""
    case .bytes(let bytes): return "\(bytes.count) bytes that are no text"
    case .function: return "a function"
    case .list(let items):
      if items.isEmpty { return "{}" }
      return "{\n"
        + items.map { "\(indent)  \($0.literal(indent: indent + "  ")),\n" }.joined() + "\(indent)}"
    case .table(let fields):
      return "{\n"
        + fields.sorted { $0.key < $1.key }.map {
          "\(indent)  \($0.key) = \($0.value.literal(indent: indent + "  ")),\n"
        }.joined() + "\(indent)}"
    }
  }
}

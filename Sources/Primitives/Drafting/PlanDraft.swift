internal import Changes
internal import Kernel
public import Machines
internal import Values

/// A plan in the making: the model it is worked out on, and the changes that plugins asked for so far, in order.
///
/// Every change takes effect on the model at once. Edits of one file by one plugin become one change, as long as
/// nothing but other files was changed in between.
public final class PlanDraft {
  public let machine: ModelMachine
  private var steps: [Step] = []
  /// Steps that still take edits, by the path they write.
  private var open: [MachinePath: Int] = [:]
  /// Steps before this one take no more edits.
  private var barrier = 0
  private var claims: [String: Claim] = [:]
  private var boot: [BootNote] = []
  private var budget = PlanBudget()

  private struct Step {
    var instance: String
    var position: SourcePosition?
    var work: Work
    var basis: ChangeReference?
  }

  private enum Work {
    case change(any Change)
    /// A file whose after-state is whatever the model holds when the step is closed.
    case edit(
      path: MachinePath, before: PathState, purpose: String?, needs: [Need], validation: Command?)
  }

  private struct Claim {
    var value: String
    var instance: String
    var position: SourcePosition?
  }

  private let takesChanges: Bool
  private var hasRefused = false

  /// - Parameter takesChanges: false for a phase that only looks.
  /// Whether a plugin wants what was changed saved at the end (`lbu commit`).
  public internal(set) var saves = false

  public init(machine: ModelMachine, takesChanges: Bool = true) {
    self.machine = machine
    self.takesChanges = takesChanges
  }

  /// The packages that earlier changes of this plan add.
  var packagesAdded: [PackagesAdd] {
    steps.compactMap { step in
      if case .change(let change) = step.work { change as? PackagesAdd } else { nil }
    }
  }

  /// How many changes there are so far, edits of one file counted once.
  public var count: Int { steps.count }

  /// Whether a change was refused, because this takes none, since this was asked last.
  public func tookRefusal() -> Bool {
    defer { hasRefused = false }
    return hasRefused
  }

  // MARK: Adding

  private func admit() throws(PrimitiveFailure) {
    guard takesChanges else {
      hasRefused = true
      throw .argument("this would plan a change")
    }
    try budget.refuseMore(than: steps.count)
  }

  /// Adds a change and makes it on the model.
  /// - Parameter rests: the path whose state it was worked out from; when an earlier change brought that, the new one
  ///   rests on a prediction.
  func add(
    _ change: any Change, by instance: String, at position: SourcePosition?,
    restingOn rests: MachinePath?
  ) throws(PrimitiveFailure) {
    try closeAll()
    if let merged = merge(change, by: instance) {
      let reference = ChangeReference(number: steps.count, summary: merged.summary)
      return try looking { () throws(ReadFailure) in try change.effect(on: machine, as: reference) }
    }
    try admit()
    let reference = ChangeReference(number: steps.count + 1, summary: change.summary)
    let basis =
      try rests.map { path throws(PrimitiveFailure) in
        try looking { () throws(ReadFailure) in try machine.origin(of: path) }
      } ?? nil
    steps.append(Step(instance: instance, position: position, work: .change(change), basis: basis))
    barrier = steps.count
    try looking { () throws(ReadFailure) in try change.effect(on: machine, as: reference) }
  }

  /// Packages that a plugin adds in two calls, with nothing in between, are added by one call of apk.
  private func merge(_ change: any Change, by instance: String) -> (any Change)? {
    guard let later = change as? PackagesAdd, let last = steps.last, last.instance == instance,
      case .change(let known) = last.work, let earlier = known as? PackagesAdd
    else { return nil }
    let merged = earlier.merged(with: later)
    steps[steps.count - 1].work = .change(merged)
    return merged
  }

  /// Gives a path a new state, as part of a change of the same plugin where there is one that still takes edits.
  func edit(
    _ path: MachinePath, to state: PathState, by instance: String, at position: SourcePosition?,
    purpose: String?, needs: [Need], validation: Command? = nil
  ) throws(PrimitiveFailure) {
    try budget.hold(state.content?.count ?? 0, at: path)
    let reference = try openStep(
      path, by: instance, at: position, purpose: purpose, needs: needs, validation: validation)
    try looking { () throws(ReadFailure) in
      try machine.put(Node(state), at: path, origin: reference)
    }
  }

  /// Adds a line to the end of a file that exists; cheaper than `edit`, which copies the content.
  func append(
    line: [UInt8], to path: MachinePath, by instance: String, at position: SourcePosition?,
    needs: [Need]
  ) throws(PrimitiveFailure) {
    try budget.add(line.count + 1, at: path)
    let isOpen = isOpen(path, for: instance)
    let reference = try openStep(path, by: instance, at: position, purpose: nil, needs: needs)
    try looking { () throws(ReadFailure) in
      if !isOpen {
        // The model's own copy, so that the machine's content stays what was read.
        try machine.put(Node(try machine.state(path)), at: path, origin: reference)
      }
      try machine.append(line: line, to: path)
    }
  }

  private func isOpen(_ path: MachinePath, for instance: String) -> Bool {
    guard let index = open[path] else { return false }
    return index >= barrier && steps[index].instance == instance
  }

  private func openStep(
    _ path: MachinePath, by instance: String, at position: SourcePosition?, purpose: String?,
    needs: [Need], validation: Command? = nil
  ) throws(PrimitiveFailure) -> ChangeReference {
    if isOpen(path, for: instance), let index = open[path],
      case .edit(let path, let before, let known, let required, let check) = steps[index].work
    {
      let more = needs.filter { !required.contains($0) }
      if !more.isEmpty || known != purpose || validation != nil {
        steps[index].work = .edit(
          path: path, before: before, purpose: known == purpose ? known : nil,
          needs: required + more, validation: validation ?? check)
      }
      return ChangeReference(number: index + 1, summary: "editing \(path)")
    }
    try admit()
    if let index = open[path] { try close(index) }
    let before = try looking { () throws(ReadFailure) in try machine.state(path) }
    let basis = try looking { () throws(ReadFailure) in try machine.origin(of: path) }
    steps.append(
      Step(
        instance: instance, position: position,
        work: .edit(
          path: path, before: before, purpose: purpose, needs: needs, validation: validation),
        basis: basis))
    open[path] = steps.count - 1
    return ChangeReference(number: steps.count, summary: "editing \(path)")
  }

  private func closeAll() throws(PrimitiveFailure) {
    for index in open.values { try close(index) }
    open = [:]
  }

  private func close(_ index: Int) throws(PrimitiveFailure) {
    guard case .edit(let path, let before, let purpose, let needs, let check) = steps[index].work
    else {
      return
    }
    let after = try looking { () throws(ReadFailure) in try machine.state(path) }
    steps[index].work = .change(
      FileChange(
        PlacedPath(path: path, before: before, after: after), purpose: purpose, needs: needs,
        validation: check))
  }

  // MARK: Claims and notes

  /// Notes that a plugin wants something to have a value, whether it has it already or not.
  /// - Throws: `.conflict` when another value was wanted before, naming both places.
  func claim(_ subject: String, value: String, by instance: String, at position: SourcePosition?)
    throws(PrimitiveFailure)
  {
    guard let known = claims[subject], known.value != value else {
      if claims[subject] == nil {
        try budget.take(subject.utf8.count + value.utf8.count)
        claims[subject] = Claim(value: value, instance: instance, position: position)
      }
      return
    }
    let first = known.position.map { " (\($0))" } ?? ""
    let second = position.map { " (\($0))" } ?? ""
    throw .conflict(
      "\(known.instance)\(first) wants \(subject) to be \(known.value), and \(instance)\(second) wants it to be \(value)"
    )
  }

  /// Notes what cannot be had before the next boot.
  func waitForBoot(_ note: BootNote) {
    if !boot.contains(note) { boot.append(note) }
  }

  // MARK: Ending

  /// The changes, those left out whose path ended as it began.
  /// - Parameter environment: says which files are not shown.
  public func finish(in environment: Draft.Environment? = nil) throws(PrimitiveFailure)
    -> (changes: [DraftedChange], boot: [BootNote])
  {
    try closeAll()
    var changes: [DraftedChange] = []
    for step in steps {
      guard case .change(var change) = step.work else { continue }
      if let file = change as? FileChange {
        if file.place.before == file.place.after { continue }
        if environment?.hides(file.place) == true { change = file.hidden() }
      }
      changes.append(
        DraftedChange(
          instance: step.instance, position: step.position, change: change,
          isPredicted: step.basis != nil))
    }
    return (changes, boot)
  }
}

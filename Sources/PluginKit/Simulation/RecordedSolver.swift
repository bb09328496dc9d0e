public import Changes
public import Machines
internal import Values

/// What apk said on a machine that was recorded; the catalog answers everything else.
final class RecordedSolver: PackageSolver {
  private let answers: [[String]: PackagePrediction]
  private let catalog: CatalogSolver

  init(_ answers: [[String]: PackagePrediction], else catalog: CatalogSolver) {
    self.answers = answers
    self.catalog = catalog
  }

  func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
  {
    if let answer = answers[constraints.sorted()] { return answer }
    return try catalog.predict(adding: constraints, repositories: repositories)
  }
}

extension FixtureLoader.Loaded {
  /// Says what adding packages would do.
  /// - Parameter machine: as it is, not as a plan will have it.
  public func solver(on machine: ModelMachine, isOnline: Bool = true) -> any PackageSolver {
    let solver = CatalogSolver(
      catalog: catalog, machine: machine, hasNetwork: fixture.hasNetwork && isOnline)
    return answers.isEmpty ? solver : RecordedSolver(answers, else: solver)
  }

  static func answers(_ value: Value?, _ reader: DataReader) throws(LoadFailure)
    -> [[String]: PackagePrediction]
  {
    var found: [[String]: PackagePrediction] = [:]
    for item in value?.items ?? [] {
      let fields = try reader.fields(
        item, "transactions", known: ["add", "steps", "size", "update"])
      var steps: [PackageTransaction.Step] = []
      for step in fields["steps"]?.items ?? [] {
        let parts = try reader.fields(
          step, "transactions.steps", known: ["action", "name", "old", "new"])
        guard let name = parts["name"]?.text,
          let action = parts["action"]?.text.flatMap(PackageTransaction.Step.Action.init(rawValue:))
        else { throw reader.fault("transactions.steps: a step has an action and a name") }
        steps.append(
          .init(action: action, name: name, old: parts["old"]?.text, new: parts["new"]?.text))
      }
      let names = try reader.names(fields["add"], "transactions.add")
      found[names.sorted()] = PackagePrediction(
        transaction: .init(steps: steps), size: fields["size"]?.integer.map { Int(clamping: $0) },
        needsUpdate: fields["update"]?.bool ?? false)
    }
    return found
  }
}

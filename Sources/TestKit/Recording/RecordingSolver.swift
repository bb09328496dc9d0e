internal import Changes
internal import Primitives

/// Another solver, with a note of what it said.
final class RecordingSolver: PackageSolver {
  private let base: any PackageSolver
  private let note: ([String], PackagePrediction) -> Void

  init(_ base: any PackageSolver, note: @escaping ([String], PackagePrediction) -> Void) {
    self.base = base
    self.note = note
  }

  func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
  {
    let prediction = try base.predict(adding: constraints, repositories: repositories)
    note(constraints, prediction)
    return prediction
  }
}

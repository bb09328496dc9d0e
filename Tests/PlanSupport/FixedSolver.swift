import Changes

/// Answers what a test says that apk would do, and remembers what it was asked.
public final class FixedSolver: PackageSolver {
  public struct Question: Equatable, Sendable {
    public var constraints: [String]
    public var repositories: String?
  }

  public private(set) var questions: [Question] = []
  private let answer: (Question) throws(PackageFailure) -> PackageTransaction

  /// Installs just what is asked for, in version 1-r0.
  public convenience init() {
    self.init { question in
      PackageTransaction(
        steps: question.constraints.map {
          .init(action: .install, name: String($0.prefix { !"<>=~@".contains($0) }), new: "1-r0")
        })
    }
  }

  public init(_ answer: @escaping (Question) throws(PackageFailure) -> PackageTransaction) {
    self.answer = answer
  }

  public convenience init(steps: [PackageTransaction.Step]) {
    self.init { _ in PackageTransaction(steps: steps) }
  }

  public convenience init(failure: PackageFailure) {
    self.init { _ throws(PackageFailure) in throw failure }
  }

  public func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
  {
    let question = Question(
      constraints: constraints,
      repositories: repositories.map { String(decoding: $0, as: UTF8.self) })
    questions.append(question)
    let transaction = try answer(question)
    return PackagePrediction(
      transaction: transaction, size: 1024 * transaction.steps.count { $0.new != nil })
  }
}

/// Says beforehand what adding packages would do.
public protocol PackageSolver {
  /// - Parameters:
  ///   - constraints: what is added to world.
  ///   - repositories: the content of the repositories file as the plan has it, when it changes it; nil as it is.
  func predict(adding constraints: [String], repositories: [UInt8]?) throws(PackageFailure)
    -> PackagePrediction
}

/// A transaction with what else is known of it.
public struct PackagePrediction: Sendable {
  public var transaction: PackageTransaction
  /// Bytes that the installed packages will take; nil when nobody said.
  public var size: Int?
  /// Whether the packages' indexes have to be fetched before they can be added.
  public var needsUpdate: Bool

  public init(transaction: PackageTransaction, size: Int? = nil, needsUpdate: Bool = false) {
    self.transaction = transaction
    self.size = size
    self.needsUpdate = needsUpdate
  }
}

internal import Changes
public import Machines
public import Primitives

/// What a run works on: the live machine with its journal, or a simulated one.
public protocol RunTarget: AnyObject {
  /// The machine as it is now.
  func machine() -> any Machine
  /// A model of the machine as it is now, for a plan to be worked out on.
  func model() -> ModelMachine
  /// Makes the changes in order, saying of each what becomes of it.
  /// - Throws: when one could not be made; those before it stay, itself is taken back.
  func perform(_ changes: [DraftedChange], observer: any RunObserver) throws(RunFailure)
    -> PerformOutcome
  /// Takes back everything this run has made, last first.
  func rollBack(observer: any RunObserver) throws(RunFailure)
  /// Notes what the run leaves beside its changes, for whoever takes it back.
  func note(leftovers: [String]) throws(RunFailure)
  /// Whether what is changed has to be saved at the end, and was not at the end of an earlier run.
  var mustSave: Bool { get set }
  /// Saves what was changed: `lbu commit`.
  /// - Returns: false where that is left to the answer that the run waits for.
  @discardableResult
  func save(observer: any RunObserver) throws(RunFailure) -> Bool
  /// Says how the run ended, once.
  func end(_ result: RunResult) throws(RunFailure)
}

extension RunTarget {
  public var mustSave: Bool {
    get { false }
    set {}
  }
  public func save(observer: any RunObserver) throws(RunFailure) -> Bool { true }

  public func note(leftovers: [String]) throws(RunFailure) {}

  public func model() -> ModelMachine { ModelMachine(over: machine()) }

  /// Ends a run that failed.
  /// - Parameter rollsBack: whether everything is taken back that it made.
  /// - Returns: the failure, as it is to be told then.
  public func giveUp(_ failure: RunFailure, rollsBack: Bool, observer: any RunObserver)
    throws(RunFailure) -> RunFailure
  {
    var failure = failure
    guard rollsBack else {
      try end(failure.kind == .interrupted ? .interrupted : .failed)
      failure.hint = failure.hint ?? failure.remains
      return failure
    }
    do throws(RunFailure) {
      try rollBack(observer: observer)
      try end(.rolledBack)
      return failure
    } catch {
      // Why it was to be taken back is not to be lost over why that failed.
      throw RunFailure(
        kind: failure.kind, message: "\(failure.message)\n\(error.message)", hint: error.hint)
    }
  }
}

public struct PerformOutcome: Sendable {
  /// How many changes were made.
  public var performed: Int
  /// Set when a predicted before-state turned out otherwise: the rest is planned again.
  public var mustReplan: Bool
}

/// How a run ended, in the journal's word.
public enum RunResult: String, Sendable, Codable {
  case ok, failed, interrupted, rolledBack = "rolled back"
}

/// Who is told of a run's progress and asked about it.
public protocol RunObserver: AnyObject {
  /// A plan with changes is there. Answers whether it is to be carried out.
  /// - Parameter round: from 1; later rounds hold what could not be known before.
  func approve(_ plan: Plan, round: Int) -> Bool
  /// A plan with changes is there that will not be carried out.
  func show(_ plan: Plan, round: Int)
  /// - Parameter number: in this round, from 1.
  func started(_ change: DraftedChange, number: Int)
  /// A line that the tool at work printed.
  func progress(_ line: String)
  /// A few times a second while a tool is at work.
  func tick()
  func finished(_ change: DraftedChange, number: Int)
  func failed(_ change: DraftedChange, number: Int, reason: String)
  func reverted(_ change: DraftedChange)
  /// Something stays that taking a change back could not take away: "the module tun, which something uses".
  func left(_ text: String)
}

/// Why a run did not come to its end.
public struct RunFailure: Error, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A change failed, or the rounds lead nowhere.
    case failed
    case plugin(PluginFailure.Kind)
    case locked
    case notPermitted
    case unavailable
    case interrupted
    /// The person, or the lack of one, said no.
    case declined
    /// Data would be lost that nobody has given up by name.
    case losesData
    /// More is to be done than the plan file says that is carried out.
    case unplanned
  }

  public var kind: Kind
  public var message: String
  public var hint: String?
  /// What stays of the run, unless that is taken back.
  public var remains: String?
  public var failure: PluginFailure?
  /// How many changes of the round were made before.
  public var performed = 0

  public init(kind: Kind, message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }

  public init(_ failure: PluginFailure) {
    kind = .plugin(failure.kind)
    message = failure.message
    hint = failure.hint
    self.failure = failure
  }
}

import Changes
import Kernel
import Machines
import Synchronization

/// A change whose making and taking back are written in the test.
struct SpyChange: Change {
  static let kind = "spy"

  struct Behaviour: Sendable {
    var perform: @Sendable (Host) throws(ChangeFailure) -> Void = { _ in }
    var revert: @Sendable (Host) throws(ChangeFailure) -> Void = { _ in }
    var obstacle: Obstacle?
  }

  /// Tells the spies of all tests apart, which run beside each other.
  var id: Int
  var target: String

  private var loses: [String]

  init(_ target: String, _ behaviour: Behaviour = Behaviour(), reversal: Reversal = .exact) {
    self.target = target
    loses = reversal.loses
    id = Self.behaviours.withLock { known in
      known.append(behaviour)
      return known.count - 1
    }
  }

  private static let behaviours = Mutex<[Behaviour]>([])
  private var behaviour: Behaviour { Self.behaviours.withLock { $0[id] } }

  var summary: String { "spy on \(target)" }
  var diff: String { "" }
  var needs: [Need] { [] }
  var reversal: Reversal { .loses(loses) }

  func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? { behaviour.obstacle }
  func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing { .asMade }
  func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {}
  func perform(on host: Host) throws(ChangeFailure) { try behaviour.perform(host) }
  func revert(on host: Host) throws(ChangeFailure) { try behaviour.revert(host) }
}

/// A value that closures which run elsewhere write.
final class Box<Value: Sendable>: Sendable {
  private let content: Mutex<Value>

  init(_ value: Value) { content = Mutex(value) }

  var value: Value {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}

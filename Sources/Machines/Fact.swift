internal import Kernel

/// Something worked out from the files of a machine.
///
/// A model keeps it and remembers which paths it was worked out from, so that a change of one of them, and of no
/// other, has it worked out anew.
public protocol Fact {
  static func read(from machine: ModelMachine) throws(ReadFailure) -> Self
}

extension ModelMachine {
  public func fact<F: Fact>(_ type: F.Type = F.self) throws(ReadFailure) -> F {
    if let known = derived.value(type) { return known }
    derived.begin()
    do throws(ReadFailure) {
      let value = try F.read(from: self)
      derived.end(with: value)
      return value
    } catch {
      derived.abandon()
      throw error
    }
  }
}

/// The facts a model has worked out, each with the paths that it rests on.
struct DerivedFacts {
  private var values: [ObjectIdentifier: (value: Any, paths: Set<MachinePath>)] = [:]
  private var recording: [Set<MachinePath>] = []

  mutating func value<F: Fact>(_ type: F.Type) -> F? {
    guard let known = values[ObjectIdentifier(type)], let value = known.value as? F else {
      return nil
    }
    if !recording.isEmpty { recording[recording.count - 1].formUnion(known.paths) }
    return value
  }

  mutating func begin() { recording.append([]) }

  mutating func end<F: Fact>(with value: F) {
    let paths = recording.popLast() ?? []
    values[ObjectIdentifier(F.self)] = (value, paths)
    // A fact that was asked for by another is part of what that one rests on.
    for path in paths { note(path) }
  }

  mutating func abandon() { _ = recording.popLast() }

  mutating func note(_ path: MachinePath) {
    if !recording.isEmpty { recording[recording.count - 1].insert(path) }
  }

  mutating func forget(_ path: MachinePath) {
    guard !values.isEmpty else { return }
    let parent = path.parent
    values = values.filter { !$0.value.paths.contains(path) && !$0.value.paths.contains(parent) }
  }

  mutating func forgetAll() { values = [:] }
}

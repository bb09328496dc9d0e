internal import AuthorKit
internal import Kernel
internal import LuaSyntax
internal import PluginKit
internal import Planning
internal import Primitives

/// What alpod's exit status says. The numbers from 64 up are those of sysexits.h.
enum ExitStatus: Int32, Sendable {
  case ok = 0
  /// A change or check failed.
  case failed = 1
  /// Changes are pending.
  case pending = 2
  /// The command line or an option's value is wrong.
  case usage = 64
  /// A plugin, site file or fixture is wrong.
  case broken = 65
  /// A program or facility that is needed is missing.
  case unavailable = 69
  /// Another run, or apk, holds the lock.
  case locked = 75
  /// Not root, or beyond what a plugin declared.
  case notPermitted = 77
  case interrupted = 130
}

/// The one error that commands throw: what a person is told, and the exit status.
struct CommandFailure: Error {
  var status: ExitStatus
  var message: String
  var place: String?
  var hint: String?
  var trace: [String] = []
  /// The line of the plugin that it is about.
  var excerpt: Excerpt?
}

extension CommandFailure {
  init(_ failure: LoadFailure) {
    status =
      switch failure.kind {
      case .usage: .usage
      case .broken: .broken
      case .unavailable: .unavailable
      case .notPermitted: .notPermitted
      case .interrupted: .interrupted
      }
    message = failure.message
    place = failure.position.map { "\($0)" }
    hint = failure.hint
    trace = Excerpt.ownFrames(failure.trace, below: failure.position)
    excerpt = failure.text.flatMap {
      Excerpt(of: $0, at: failure.position, spot: nil, message: failure.message)
    }
  }

  init(_ failure: TypedPathFailure) {
    self.init(status: .usage, message: failure.message, hint: failure.hint)
  }

  init(_ failure: PluginFailure) {
    status = ExitStatus(failure.kind)
    message = failure.message
    place = failure.position.map { "\($0)" }
    hint = failure.hint
    trace = Excerpt.ownFrames(failure.trace, below: failure.position)
    excerpt = failure.text.flatMap {
      Excerpt(of: $0, at: failure.position, spot: failure.spot, message: failure.message)
    }
    if hint == nil, failure.kind == .broken, let spot = failure.spot,
      HostAPI.primitive(named: spot.call) != nil
    {
      hint = "alpod help host.\(spot.call)"
    }
    hint = hint ?? failure.text.flatMap { Excerpt.nearestName(to: failure.message, in: $0) }
  }

  init(_ failure: RunFailure) {
    if let inner = failure.failure {
      self.init(inner)
    } else {
      self.init(status: ExitStatus(failure.kind), message: failure.message, hint: failure.hint)
    }
  }
}

extension ExitStatus {
  init(_ kind: PluginFailure.Kind) {
    self =
      switch kind {
      case .broken: .broken
      case .impossible, .stopped: .failed
      case .notPermitted: .notPermitted
      case .unavailable: .unavailable
      case .locked: .locked
      case .interrupted: .interrupted
      }
  }

  init(_ kind: RunFailure.Kind) {
    self =
      switch kind {
      case .failed: .failed
      case .plugin(let kind): ExitStatus(kind)
      case .locked: .locked
      case .notPermitted: .notPermitted
      case .unavailable: .unavailable
      case .interrupted: .interrupted
      case .declined, .losesData, .unplanned: .pending
      }
  }
}

extension MachinePath {
  /// The path that somebody typed.
  /// - Throws: status 64 where it leads nowhere.
  static func given(_ text: String) throws(CommandFailure) -> MachinePath {
    do throws(TypedPathFailure) { return try MachinePath(typed: text) } catch {
      throw CommandFailure(error)
    }
  }
}

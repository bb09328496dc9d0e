import Foundation
import Kernel
import PluginKit
import ProgramSupport

extension Program {
  static let nobody = Identity(user: 65534, group: 65534, groups: [])

  /// Whether the program can be started as somebody else.
  static let canBecomeNobody =
    geteuid() == 0
    && (try? run(["--version"], as: nobody))?.status == 0

  /// Runs it without a terminal and with an empty standard input.
  /// - Parameter agreeing: whether somebody agrees to the plugins that are named.
  static func run(
    _ arguments: [String], in directory: String = "/", as identity: Identity? = nil,
    environment: [String: String] = [:], agreeing: Bool = true
  ) throws -> Ending {
    let words = arguments + (agreeing ? agreement(to: arguments, in: directory) : [])
    return try execute(path, words, in: directory, as: identity, environment: environment)
  }

  /// The words that agree to every plugin that a command line names, or may mean.
  static func agreement(to arguments: [String], in directory: String) -> [String] {
    guard let command = arguments.first, ["run", "plan", "apply"].contains(command),
      !arguments.contains(where: { $0.hasPrefix("--simulate") }), let root = try? Root("/"),
      let here = try? MachinePath(directory)
    else { return [] }
    var directories: [String] = [], paths: [String] = []
    for (index, word) in arguments.enumerated().dropFirst() {
      let path = MachinePath.following(word, from: here).text
      if arguments[index - 1] == "--plugins" {
        directories.append(path)
      } else if PluginLibrary.isPath(word) {
        paths.append(path)
      }
    }
    let library = PluginLibrary(directories: directories, root: nil, here: root)
    var words: [String] = []
    var named = paths
    if !directories.isEmpty { named += (try? library.allNames()) ?? [] }
    for word in named {
      guard let file = try? library.find(word), file.standing == Standing.stranger else { continue }
      if !words.contains(file.digest) { words += ["--trust", file.digest] }
    }
    return words
  }
}

/// Runs alpod in a directory.
@discardableResult
func alpod(_ arguments: String..., in scratch: Scratch? = nil) throws -> Program.Ending {
  try Program.run(arguments, in: scratch?.path ?? "/")
}

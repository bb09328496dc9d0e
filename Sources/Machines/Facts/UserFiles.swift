public import Kernel

/// Where a user's own files are. What links lead to the home only root can have laid; below it anybody's might.
public struct UserFiles: Sendable {
  public let home: MachinePath

  /// - Returns: nil when the user has no home to speak of.
  public init?(_ user: Accounts.User, on machine: ModelMachine) throws(ReadFailure) {
    guard let home = try? MachinePath(user.home), home != .root else { return nil }
    self.home = try machine.resolved(home)
  }

  /// The home of a user by name; as /etc/passwd has it where links on the way cannot be looked at.
  public static func home(of name: String, on machine: ModelMachine) -> String? {
    guard let user = (try? machine.fact(Accounts.self))?.user(name) else { return nil }
    return (try? UserFiles(user, on: machine))??.home.text ?? user.home
  }

  /// The place of a path that is given from the home on.
  public func at(_ path: MachinePath) -> MachinePath {
    path.components.reduce(home) { $0.appending(String($1)) }
  }
}

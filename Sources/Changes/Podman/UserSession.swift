public import Kernel
public import Machines

/// How a program runs in a user's name: identity, home and a clean environment, never alpod's own.
public struct UserSession: Sendable {
  public let user: Accounts.User
  public let identity: Identity
  public let environment: [String: String]

  /// - Returns: nil when there is no such user.
  public static func of(_ name: String, on machine: ModelMachine) throws(ReadFailure)
    -> UserSession?
  {
    let accounts = try machine.fact(Accounts.self)
    guard let user = accounts.user(name) else { return nil }
    var environment = [
      "HOME": user.home, "USER": user.name, "LOGNAME": user.name, "SHELL": user.shell,
      "LC_ALL": "C",
    ]
    // podman takes the directory as it is when the variable is set, so it must be the user's own (podman
    // pkg/util, GetRootlessRuntimeDir); unset, it falls back to one in /tmp.
    let runtime = MachinePath(trusted: "/run/user/\(user.uid)")
    if let status = try machine.status(runtime), status.kind == .directory, status.owner == user.uid
    {
      environment["XDG_RUNTIME_DIR"] = runtime.text
    }
    return UserSession(
      user: user,
      identity: Identity(user: user.uid, group: user.gid, groups: accounts.groupIDs(of: user)),
      environment: environment)
  }
}

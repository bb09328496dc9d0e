internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum RuntimeAdd: Primitive {
  public static let signature = CallSignature(
    "runtime.add",
    "Sees that a user has a runtime directory, /run/user/UID, now and from the boot on.",
    details:
      "A service of OpenRC, alpod-runtime.USER, makes it: the user's own, mode 0700, with a directory `podman` in it for podman's socket. It stays when the user logs out, so that services of the user can use it; where something takes it away nevertheless, as elogind does, the next run makes it again.",
    parameters: [Parameter("user", .userName, help: "login name")], result: .string,
    needs: [.init("users", of: "user")], example: "host.runtime.add(\"admin\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("user")
    try draft.require(.account(name))
    let machine = draft.machine
    let accounts = try looking { () throws(ReadFailure) in try machine.fact(Accounts.self) }
    guard let user = accounts.user(name) else { throw .noUser(name, accounts) }
    let path = "/run/user/\(user.uid)", service = "alpod-runtime.\(name)"
    guard try looking({ () throws(ReadFailure) in try machine.fact(OpenRC.self) }).version != nil
    else {
      draft.waitForBoot(
        "nothing makes \(path) at boot: OpenRC is not installed", needsReboot: false)
      return .string(path)
    }
    let needs: [Need] = [.account(name)]
    try OwnScript.put(
      service, Self.text, purpose: "make the runtime directory of \(name) a service",
      needs: needs, draft)
    try OwnScript.enable(service, in: "boot", needs: needs, draft)
    try start(
      ServiceStart(
        service: service, proof: .directory(at: MachinePath(trusted: path)), needs: needs), draft)
    return .string(path)
  }

  private static func start(_ change: ServiceStart, _ draft: Draft) throws(PrimitiveFailure) {
    let machine = draft.machine
    if machine.isOffline { return }
    let openrc = try looking { () throws(ReadFailure) in try machine.fact(OpenRC.self) }
    guard openrc.isRunning else {
      return draft.waitForBoot(
        "the service \(change.service) starts, since OpenRC does not run here now",
        needsReboot: true)
    }
    if try looking({ () throws(ReadFailure) in try change.standing(on: machine) }) == .asMade {
      return
    }
    try draft.add(change, restingOn: .startedLink(change.service))
  }

  private static let text = """
    #!/sbin/openrc-run
    # Written by alpod: the service alpod-runtime.USER makes the runtime directory of USER.

    runtime_user="${RC_SVCNAME#*.}"
    name="runtime directory of $runtime_user"
    description="A directory in /run for what a user's programs need while they run"

    depend() {
    	need localmount
    	before podman
    }

    start() {
    	# The service local, which shares / before OpenRC 0.55, comes after all others, and so after the user's podman.
    	[ ! -x /etc/local.d/alpod-shared.start ] || /etc/local.d/alpod-shared.start
    	[ "$runtime_user" != "$RC_SVCNAME" ] || { eerror "This service is called alpod-runtime.USER"; return 1; }
    	runtime_id=$(id -u "$runtime_user") || return 1
    	runtime_group=$(id -g "$runtime_user") || return 1
    	checkpath --directory --mode 0755 /run/user || return 1
    	checkpath --directory --mode 0700 --owner "$runtime_id:$runtime_group" "/run/user/$runtime_id" || return 1
    	checkpath --directory --mode 0700 --owner "$runtime_id:$runtime_group" "/run/user/$runtime_id/podman"
    }

    stop() {
    	# Programs of the user may still work in it; what is in use stays until the next boot.
    	runtime_id=$(id -u "$runtime_user") || return 0
    	rmdir "/run/user/$runtime_id/podman" "/run/user/$runtime_id" 2>/dev/null
    	return 0
    }

    """
}

internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum ContainerBoot: Primitive {
  public static let signature = CallSignature(
    "container.boot",
    "Sees that a container is started at boot and stopped at shutdown: a service of OpenRC of its own.",
    details:
      "The service is called alpod-container.NAME; start it with `host.service.start` to have `rc-service` know that it runs. The restart policies of podman are heeded at boot only where podman's own service runs.",
    parameters: [
      Parameter("name", .containerName, help: "the container"), Stores.user,
      Parameter("runlevel", .runlevel, fallback: "default", help: "the runlevel, by name"),
    ], result: .string, needs: [.init("podman", subject: "run")],
    example: "host.container.boot{ name = \"web\", user = \"admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("run"))
    let account = try Stores.account(arguments, draft)
    let name = try arguments.text("name"), runlevel = try arguments.text("runlevel")
    let service = "alpod-container.\(name)"
    let machine = draft.machine
    guard try looking({ () throws(ReadFailure) in try machine.fact(OpenRC.self) }).version != nil
    else {
      draft.waitForBoot(
        "nothing starts the container \(name) at boot: OpenRC is not installed", needsReboot: false)
      return .string(service)
    }
    try draft.claim("the owner of the service \(service)", value: account?.name ?? "root")
    let owner = draft.environment.newOwner
    let needs: [Need] = [.podman("run")]
    try OwnScript.put(
      service, Self.text, purpose: "make the container \(name) a service", needs: needs, draft)
    let settings = "container_name=\"\(name)\"\ncontainer_user=\"\(account?.name ?? "root")\"\n"
    try OwnScript.edit(
      MachinePath("/etc/conf.d").appending(service),
      .file(
        content: Array(settings.utf8),
        access: .init(mode: 0o644, owner: owner.user, group: owner.group)),
      purpose: "say whose the container \(name) is", needs: needs, draft)
    try OwnScript.enable(service, in: runlevel, needs: needs, draft)
    return .string(service)
  }

  /// A container is started as its owner, in an environment of the owner's own: `su -` clears it. All that podman is told
  /// stands in one word, since busybox's su takes options behind the name for its own.
  private static let text = """
    #!/sbin/openrc-run
    # Written by alpod: the service alpod-container.NAME starts the container NAME; /etc/conf.d says whose it is.

    : "${container_name:=${RC_SVCNAME#*.}}"
    : "${container_user:=root}"
    name="container $container_name"
    description="A container that alpod keeps"

    depend() {
    	need localmount
    	want cgroups
    	use net dns
    	after firewall modules sysctl podman
    }

    container_podman() {
    	if [ "$container_user" = root ]; then
    		podman "$@"
    	else
    		su -s /bin/sh - "$container_user" -c "exec podman $*"
    	fi
    }

    start() {
    	# The service local, which shares / before OpenRC 0.55, comes after all others.
    	[ ! -x /etc/local.d/alpod-shared.start ] || /etc/local.d/alpod-shared.start
    	ebegin "Starting $name"
    	container_podman start "$container_name" >/dev/null
    	eend $?
    }

    stop() {
    	ebegin "Stopping $name"
    	container_podman stop --time 10 "$container_name" >/dev/null
    	eend $?
    }

    status() {
    	if [ "$(container_podman inspect --format {{.State.Running}} "$container_name")" = true ]; then
    		einfo "$name runs"
    	else
    		eerror "$name does not run"
    		return 1
    	fi
    }

    """
}

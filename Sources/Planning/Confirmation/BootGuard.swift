internal import Kernel
internal import SystemPackage

/// Sees that a run nobody has confirmed is taken back at the next boot, before the network and sshd start: a service of
/// OpenRC, and a copy of alpod that is there whatever becomes of the one that was called.
struct BootGuard {
  static let service: MachinePath = "/etc/init.d/alpod-confirm"
  static let link: MachinePath = "/etc/runlevels/boot/alpod-confirm"
  static let program: MachinePath = "/var/lib/alpod/alpod"
  /// Says that a run waits, so that every other run needs one look and not the journals.
  static let mark: MachinePath = "/var/lib/alpod/unconfirmed"

  private static let tag = "confirm"

  let root: Root

  func install(run: Int) throws(RunFailure) {
    do {
      guard let program = try root.read("/proc/self/exe", limit: 256 << 20) else {
        throw Errno.noSuchFileOrDirectory
      }
      try put(.file(content: Array("\(run)\n".utf8), access: .init(mode: 0o600)), at: Self.mark)
      guard try root.status("/etc/init.d") != nil, try root.status("/etc/runlevels/boot") != nil
      else { return }
      try put(.file(content: program, access: .init(mode: 0o700)), at: Self.program)
      try put(.file(content: Array(Self.script.utf8), access: .init(mode: 0o755)), at: Self.service)
      try put(.link(target: Self.service.text), at: Self.link)
    } catch {
      throw RunFailure(
        kind: .failed, message: "the way back after a reboot cannot be laid: \(error)",
        hint: "nothing is changed without it; leave out --confirm-within to do without")
    }
  }

  private static let paths = [link, service, program, mark]

  /// Whether any of it is there, or what was to become it.
  var isThere: Bool {
    let placement = Placement(root, tag: Self.tag)
    return Self.paths.contains { path in
      [path, placement.temporary(for: path)].contains { (try? root.status($0)) ?? nil != nil }
    }
  }

  /// The link first: what is cut off in between is at most a file that nothing starts.
  func remove() throws(RunFailure) {
    let placement = Placement(root, tag: Self.tag)
    for path in Self.paths {
      do throws(PlacementError) {
        try placement.removeLeftover(beside: path)
        do throws(Errno) { try root.remove(path) } catch {
          throw .failed(path, operation: "remove it", error)
        }
      } catch {
        throw RunFailure(
          kind: .failed,
          message: "what was to take the run back at boot cannot be removed: \(error)")
      }
    }
  }

  private func put(_ state: PathState, at path: MachinePath) throws {
    let before = try root.observe(path)
    if before == state { return }
    let placement = Placement(root, tag: Self.tag)
    defer { placement.discard() }
    try placement.prepare(path, from: before, to: state)
    try placement.synchronizePrepared()
    try placement.commit(path, from: before, to: state)
    try placement.synchronizeDirectories()
  }

  private static let script = """
    #!/sbin/openrc-run
    # Written by alpod for one run that waits to be confirmed; gone once that is settled.

    description="Takes back the run of alpod that nobody has confirmed"

    depend() {
    \tneed localmount
    \tbefore net networking firewall sshd
    \tkeyword -shutdown
    }

    start() {
    \tebegin "Taking back the unconfirmed run of alpod"
    \t\(program) watchdog --boot
    \teend $?
    }

    """
}

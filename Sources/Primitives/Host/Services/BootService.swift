internal import Changes
internal import Kernel
internal import Machines

/// A service that has to start at boot for something else to hold: `modules` for modules, `local` for scripts.
enum BootService {
  /// Puts the service into a runlevel unless it starts at boot already, or the machine does not have it.
  static func see(to service: String, in runlevel: String, needs: [Need], _ draft: Draft)
    throws(PrimitiveFailure)
  {
    let machine = draft.machine
    guard try looking({ () throws(ReadFailure) in try machine.serviceExists(service) }) else {
      return
    }
    if try looking({ () throws(ReadFailure) in try machine.startsAtBoot(service) }) { return }
    try draft.add(
      ServiceEnable(service: service, runlevel: runlevel, needs: needs),
      restingOn: .runlevelLink(service, runlevel))
  }
}

import CProbe
import Foundation
import MachineSupport
import Testing

/// Programs that alpod starts, killed in the middle of their work: the program alone, or alpod with it. Programs do not put
/// back what they have half done, so machines are compared by facts: what is installed, granted, enabled and left behind.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct ChildKillTests {
  enum Who: String, CaseIterable { case child, group }

  /// Programs of the rootless run that change something, and how many of their calls are tried.
  private static let programs = ["apk", "rc-update", "rc-service"]

  /// Stands before the real program in the search path, and has the one that is asked for killed.
  private static let wrapper = #"""
    #!/bin/sh
    name=${0##*/}
    real=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v $name)
    case "$name $*" in
      *--simulate*|*' update'*|*' info '*) exec $real "$@" ;;
    esac
    [ "$name" = "$(cat /run/victim)" ] || exec $real "$@"
    : >>/run/calls; echo "$name $*" >>/run/calls
    [ "$(wc -l </run/calls)" = "$(cat /run/which)" ] || exec $real "$@"
    group=; [ "$(cat /run/who)" = child ] || group=yes
    # alpod, above the process that holds the lock, must not see its child end before it is killed itself.
    alpod=$(sed 's/.*) //' /proc/$PPID/stat | cut -d' ' -f2)
    [ -z "$group" ] || kill -STOP $alpod
    calls=?openat,?write,?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat,?symlink,?symlinkat,?fchmod,?fsync,?clone,?fork,?vfork
    /run/strace -o /run/child.trace -e trace=$calls -e inject=$calls:signal=KILL:when=$(cat /run/when) $real "$@"
    status=$?
    grep -q 'killed by SIGKILL' /run/child.trace && echo killed >/run/killed
    [ -z "$group" ] || if [ -e /run/killed ]; then kill -KILL $alpod; else kill -CONT $alpod; fi
    # As the program ended.
    [ ! -e /run/killed ] || kill -KILL $$
    exit $status
    """#

  static let facts = #"""
    told() {
      sort /etc/apk/world
      sed -n 's/^[PV]://p' /lib/apk/db/installed | paste - - | sort
      find /etc/runlevels -type l | sort
      cat /etc/subuid /etc/subgid /etc/apk/repositories 2>/dev/null
      ls /etc/modules-load.d /etc/local.d 2>/dev/null
      find / -xdev \( -name '*.alpod-*' -o -name '.apk.*' -o -name 'sub?id.lock' \) ! -path '/proc/*' ! -path '/tmp/.apk.*'
      grep '^f:' /lib/apk/db/installed | sort -u
      true
    }
    """#

  private struct Target: Sendable, CustomStringConvertible {
    var program: String
    /// Which of the program's runs that change something.
    var run: Int
    /// Its call of that number.
    var call: Int
    var who: Who
    var isTakenBack: Bool
    var description: String {
      "\(program), run \(run), call \(call), \(who.rawValue)\(isTakenBack ? ", taken back" : "")"
    }
  }

  private static func attempt(_ target: Target) throws -> (complaints: [String], isHit: Bool) {
    try Laboratory.with { machine in
      for program in programs {
        try machine.write(wrapper, to: "usr/local/sbin/\(program)")
        let place = machine.directory.appending(path: "usr/local/sbin/\(program)").path
        chmod(place, 0o755)
        probe_wait_for_writers(place)
      }
      let ending = try machine.script(
        """
        \(facts)
        echo \(target.program) >/run/victim; echo \(target.run) >/run/which
        echo \(target.call) >/run/when; echo \(target.who.rawValue) >/run/who
        told >/run/start
        \(LiveTrial.run) >/run/said 2>&1; status=$?
        echo "run: $status"
        [ ! -e /run/killed ] || echo hit
        rm /usr/local/sbin/apk /usr/local/sbin/rc-*
        if [ -e /run/killed ]; then
          [ $status != 0 ] || { echo "differs: status 0"; cat /run/said; }
          if [ "$(cat /run/who)" = child ]; then
            grep -q 'ended by signal 9' /run/said || { echo "differs: no word of it"; cat /run/said; }
            alpod history | grep -q 'cut off' && { echo "differs: cut off"; alpod history; }
          fi
          # What the program had started may still be at work.
          flock /lib/apk/db/lock true
          alpod recover \(target.isTakenBack ? "--take-back" : "--finish") >/run/recovered 2>&1 || { echo "differs: recover"; cat /run/recovered; }
          if \(target.isTakenBack); then
            alpod undo --yes >/run/undone 2>&1 || grep -q 'nothing to take back' /run/undone || { echo "differs: undo"; cat /run/undone; }
            told >/run/end
            diff /run/start /run/end || { echo "differs: after taking back"; cat /run/said /run/recovered; }
          fi
        fi
        # Whatever happened, the next run ends where it would have ended.
        \(LiveTrial.run) >/run/again 2>&1 || { echo "differs: again"; cat /run/again; }
        echo "end:"
        told
        """, binds: LiveTrial.strace)
      var complaints: [String] = []
      let isHit = ending.output.contains("\nhit\n")
      if ending.status != 0 || ending.output.contains("differs:") {
        complaints.append("\(target): \(ending.output)\(ending.errors)")
      }
      let end = ending.output.components(separatedBy: "end:\n").last ?? ""
      if end != (try Self.end.get()) {
        complaints.append("\(target): ends with \(end)")
      }
      return (complaints, isHit)
    }
  }

  /// The facts of a machine on which nothing was killed.
  private static let end: Result<String, any Error> = Result {
    try Laboratory.with { machine in
      let ending = try machine.script(
        "\(facts)\n\(LiveTrial.run) >/dev/null 2>&1 || exit 9\ntold")
      try #require(ending.status == 0, "\(ending.errors)")
      return ending.output
    }
  }

  @Test(arguments: Who.allCases)
  func `killed in the middle of its work`(_ who: Who) throws {
    _ = try Self.end.get()
    let numbers = LiveTrial.isWhole ? [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377] : [3, 30]
    var targets: [Target] = []
    for program in Self.programs {
      for run in 1...(LiveTrial.isWhole ? 3 : 1) {
        for call in numbers {
          targets.append(
            Target(
              program: program, run: run, call: call, who: who,
              isTakenBack: targets.count % 2 == 0))
        }
      }
    }
    let hits = Counter(), count = targets.count
    let complaints = concurrently(Array(targets.enumerated())) { index, target in
      let (complaints, isHit) = try Self.attempt(target)
      if isHit { hits.add() }
      LiveTrial.note("\(who.rawValue) killed", index, count, complaints)
      return complaints
    }
    #expect(complaints == [])
    print("\(who.rawValue): killed at \(hits.count) of \(count) places")
    #expect(hits.count > count / 4)
  }
}

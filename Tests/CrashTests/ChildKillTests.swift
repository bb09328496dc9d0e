import CProbe
import Foundation
import MachineSupport
import Testing

/// Programs that alpod starts, killed in the middle of their work: the program alone, or alpod with it. Programs do not put
/// back what they have half done, so machines are compared by facts: what is installed, granted, enabled and left behind.
@Suite(.serialized, .enabled(if: LiveTrial.canRun, LiveTrial.reason))
struct ChildKillTests {
  enum Who: String, CaseIterable { case child, group }

  /// Programs that the rootless run starts and that change something: files, the kernel's modules, a user's ids.
  private static let programs = [
    "apk", "rc-update", "rc-service", "podman", "modprobe", "newuidmap", "newgidmap",
  ]
  /// Of these alpod starts none itself: podman does, and it is podman's to say what becomes of it.
  private static let others: Set<String> = ["modprobe", "newuidmap", "newgidmap"]

  /// Stands before the real program in the search path, and has the one that is asked for killed; with nobody to be killed
  /// it says how often each run of a program makes such a call.
  private static let wrapper = #"""
    #!/bin/sh
    name=${0##*/}
    real=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v $name)
    case "$name $*" in
      apk*--simulate*|apk*' update'*|apk*' info '*) exec $real "$@" ;;
    esac
    # podman starts itself again.
    case $WRAPPED in *" $name "*) exec $real "$@" ;; esac
    export WRAPPED="$WRAPPED $name "
    victim=$(cat /run/victim)
    [ -z "$victim" ] || [ "$victim" = $name ] || exec $real "$@"
    echo "$*" >>/run/kill/$name
    run=$(grep -c '' /run/kill/$name)
    calls=?openat,?write,?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat,?symlink,?symlinkat,?fchmod,?fsync,?clone,?clone3,?fork,?vfork
    if [ -z "$victim" ]; then
      case $name in
        new?idmap) $real "$@"; status=$?; count=2 ;;
        *)
          /run/strace -o /run/kill/trace.$$ -e trace=$calls $real "$@"
          status=$?
          count=$(grep -c '^[a-z0-9]*(' /run/kill/trace.$$) ;;
      esac
      echo "$name $run $count $*" >>/run/kill/counts
      exit $status
    fi
    [ $run = "$(cat /run/which)" ] || exec $real "$@"
    # alpod, which belongs to somebody else here, must not see its child end before it is killed itself.
    if [ "$(cat /run/who)" = group ]; then
      : >/run/kill/halt
      until [ -e /run/kill/halted ]; do usleep 1000; done
    fi
    case $name in
      # Who traces them takes their privileges from them: they die before their work or after it.
      new?idmap)
        [ "$(cat /run/when)" = 1 ] || $real "$@"
        : >/run/kill/killed ;;
      *)
        /run/strace -o /run/kill/trace -e trace=$calls -e inject=$calls:signal=KILL:when=$(cat /run/when) $real "$@"
        status=$?
        ! grep -q 'killed by SIGKILL' /run/kill/trace || : >/run/kill/killed ;;
    esac
    : >/run/kill/over
    # As the program ended.
    [ ! -e /run/kill/killed ] || kill -KILL $$
    exit $status
    """#

  /// Runs alpod with what stops it, and kills it, when a program is killed with it.
  private static let running = """
    mkdir -m 777 /run/kill
    for name in counts trace \(programs.joined(separator: " ")); do
      : >/run/kill/$name
      chmod 666 /run/kill/$name
    done
    kill_along() {
      until [ -e /run/kill/halt ]; do usleep 2000; done
      kill -STOP $(cat /run/alpod)
      : >/run/kill/halted
      until [ -e /run/kill/over ]; do usleep 2000; done
      if [ -e /run/kill/killed ]; then kill -KILL $(cat /run/alpod); else kill -CONT $(cat /run/alpod); fi
    }
    watched() {
      kill_along & along=$!
      sh -c 'echo $$ >/run/alpod; exec \(LiveTrial.run)'
      set -- $?
      kill $along 2>/dev/null
      return $1
    }
    """

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

  /// On which machine alpod runs.
  enum Scene: String, CaseIterable {
    case fresh
    /// Set up before, and given other ids since, with a process of podman that has the old ones: podman has to migrate.
    case migrating

    /// What makes it of a fresh one.
    var preparation: String {
      self == .fresh
        ? "true"
        : "\(LiveTrial.run) >/dev/null 2>&1 || echo differs: unprepared; sed -i s/:100000:/:200000:/ /etc/subuid /etc/subgid"
    }
  }

  private struct Target: Sendable, CustomStringConvertible {
    var scene: Scene
    var program: String
    /// Which of the program's runs that change something.
    var run: Int
    /// Its call of that number.
    var call: Int
    var who: Who
    var isTakenBack: Bool
    var description: String {
      "\(scene.rawValue), \(program), run \(run), call \(call), \(who.rawValue)\(isTakenBack ? ", taken back" : "")"
    }
  }

  private static func script(_ machine: Laboratory, _ text: String) throws -> Laboratory.Ending {
    for program in programs {
      try machine.write(wrapper, to: "usr/local/sbin/\(program)")
      let place = machine.directory.appending(path: "usr/local/sbin/\(program)").path
      chmod(place, 0o755)
      probe_wait_for_writers(place)
    }
    return try machine.script("\(facts)\n\(running)\n\(text)", binds: LiveTrial.strace)
  }

  private static func attempt(_ target: Target) throws -> (complaints: [String], isHit: Bool) {
    try Laboratory.with { machine in
      let ending = try script(
        machine,
        """
        echo nobody >/run/victim
        \(target.scene.preparation)
        echo \(target.program) >/run/victim; echo \(target.run) >/run/which
        echo \(target.call) >/run/when; echo \(target.who.rawValue) >/run/who
        told >/run/start
        watched >/run/said 2>&1; status=$?
        echo "run: $status"
        [ ! -e /run/kill/killed ] || echo hit
        \(programs.map { "rm /usr/local/sbin/\($0)" }.joined(separator: "; "))
        if [ -e /run/kill/killed ]; then
          if [ "$(cat /run/who)" = group ]; then
            [ $status = 137 ] || { echo "differs: not killed"; cat /run/said; }
          elif \(!others.contains(target.program)); then
            [ $status != 0 ] || { echo "differs: status 0"; cat /run/said; }
            grep -q 'ended by signal 9' /run/said || { echo "differs: no word of it"; cat /run/said; }
          fi
          [ "$(cat /run/who)" = group ] || ! alpod history | grep -q 'cut off' || { echo "differs: cut off"; alpod history; }
          # What the program had started may still be at work.
          flock /lib/apk/db/lock true
          alpod recover \(target.isTakenBack ? "--take-back" : "--finish") >/run/recovered 2>&1 || { echo "differs: recover"; cat /run/recovered; }
          if \(target.isTakenBack); then
            # Nothing of a migration can be taken back, and the run before it is to stay.
            \(target.scene == .migrating) || alpod undo --yes >/run/undone 2>&1 || grep -q 'nothing to take back' /run/undone || { echo "differs: undo"; cat /run/undone; }
            told >/run/end
            diff /run/start /run/end || { echo "differs: after taking back"; cat /run/said /run/recovered /run/undone; }
          fi
        fi
        # Whatever happened, the next run ends where it would have ended.
        \(LiveTrial.run) >/run/again 2>&1 || { echo "differs: again"; cat /run/again; }
        echo "end:"
        told
        """)
      var complaints: [String] = []
      let isHit = ending.output.contains("\nhit\n")
      if ending.status != 0 || ending.output.contains("differs:") {
        complaints.append("\(target): \(ending.output)\(ending.errors)")
      }
      let end = ending.output.components(separatedBy: "end:\n").last ?? ""
      if end != (try Self.reference(target.scene).end) {
        complaints.append("\(target): ends with \(end)")
      }
      return (complaints, isHit)
    }
  }

  /// One run of a program, and how many calls it makes.
  private struct Victim: Sendable {
    var scene: Scene
    var program: String
    var run: Int
    var calls: Int
    var arguments: String
  }

  /// The facts of a machine on which nothing was killed, and what could have been.
  private static let references = Scene.allCases.map { scene in
    Result { try makeReference(scene) }
  }

  private static func reference(_ scene: Scene) throws -> (end: String, victims: [Victim]) {
    try references[scene == .fresh ? 0 : 1].get()
  }

  private static func makeReference(_ scene: Scene) throws -> (end: String, victims: [Victim]) {
    try Laboratory.with { machine in
      let ending = try script(
        machine,
        """
        echo nobody >/run/victim
        \(scene.preparation)
        : >/run/victim
        watched >/run/said 2>&1 || { cat /run/said; exit 9; }
        cat /run/kill/counts
        \(programs.map { "rm /usr/local/sbin/\($0)" }.joined(separator: "; "))
        echo "end:"
        told
        """)
      try #require(ending.status == 0, "\(ending.output)\(ending.errors)")
      let parts = ending.output.components(separatedBy: "end:\n")
      let victims = try parts[0].split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        return Victim(
          scene: scene, program: String(words[0]), run: try #require(Int(words[1])),
          calls: try #require(Int(words[2])), arguments: words[3...].joined(separator: " "))
      }
      return (parts[1], victims)
    }
  }

  @Test(arguments: Who.allCases)
  func `killed in the middle of its work`(_ who: Who) throws {
    let fresh = try Self.reference(.fresh).victims
    #expect(Set(fresh.map(\.program)) == Set(Self.programs), "\(fresh)")
    let migrations = try Self.reference(.migrating).victims.filter {
      $0.program == "podman" && $0.arguments == "system migrate"
    }
    #expect(migrations.count == 1)
    let numbers = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377]
    var targets: [Target] = []
    let last = Dictionary(fresh.map { ($0.program, $0.run) }, uniquingKeysWith: max)
    // In the sample the first run of each program, or the last one.
    let victims = fresh.filter {
      LiveTrial.isWhole || $0.run == (who == .child ? 1 : last[$0.program])
    }
    for victim in victims + migrations {
      let calls =
        LiveTrial.isWhole
        ? numbers.filter { $0 <= victim.calls } : [min(who == .child ? 30 : 3, victim.calls)]
      for call in calls {
        targets.append(
          Target(
            scene: victim.scene, program: victim.program, run: victim.run, call: call, who: who,
            isTakenBack: targets.count % 2 == 0))
      }
    }
    let hits = Counter(), count = targets.count
    let complaints = concurrently(Array(targets.enumerated())) { index, target in
      var target = target
      var (complaints, isHit) = try Self.attempt(target)
      // How many of its calls podman makes in its first thread differs: it is killed earlier.
      while !isHit, target.call > 1 {
        target.call /= 2
        let again = try Self.attempt(target)
        complaints += again.complaints
        isHit = again.isHit
      }
      if isHit { hits.add() } else { complaints.append("\(target): not hit") }
      LiveTrial.note("\(who.rawValue) killed", index, count, complaints)
      return complaints
    }
    #expect(complaints == [])
    print("\(who.rawValue): killed at \(hits.count) of \(count) places")
    #expect(hits.count == count && count > Self.programs.count)
  }
}

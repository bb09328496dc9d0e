import Foundation
import MachineSupport
import Testing

/// Containers, images and storage of a user with real podman: made, made anew, cut off, and taken back.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct ContainerUndoTests {
  /// Nobody but alpod and its podman is stopped, and somebody makes one of that name before the run is settled.
  @Test(arguments: ["--take-back", "--finish", ""])
  func `a container that somebody else has made meanwhile is left`(_ way: String) throws {
    try PodmanMachine.with { machine in
      let other =
        "podman run --detach --name web --label which=theirs localhost/tiny:latest /bin/busybox sleep 86400"
      let ending = try machine.script(
        """
        mkdir -p /usr/local/sbin; chmod 1777 /tmp
        cat >/usr/local/sbin/podman <<'PODMAN'
        #!/bin/sh
        case " $* " in
          *" run --detach "*)
            [ -n "\(way)" ] || /usr/bin/\(other) >/dev/null
            [ -z "\(way)" ] || { : >/tmp/now; exec sleep 86400; } ;;
        esac
        exec /usr/bin/podman "$@"
        PODMAN
        chmod 755 /usr/local/sbin/podman
        alpod run /root/web.lua --yes & run=$!
        [ -z "\(way)" ] || {
          eventually '[ -e /tmp/now ] && [ -n "$(pids sleep)" ]'
          kill -KILL $run $(pids alpod) $(pids sleep)
        }
        wait $run; echo "= run:$?"
        rm /usr/local/sbin/podman
        [ -z "\(way)" ] || {
          su - admin -c "XDG_RUNTIME_DIR=/run/user/1000 \(other)" >/dev/null
          alpod recover \(way); echo "= recover:$?"
        }
        shown theirs
        """)
      let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("theirs: web=theirs /"), all)
      #expect(ending.output.contains(way.isEmpty ? "= run:1" : "= run:137"), all)
      if way == "--take-back" { #expect(ending.output.contains("= recover:0"), all) }
      if way.isEmpty { #expect(ending.output.contains("which this run did not make"), all) }
    }
  }

  @Test func `a container is made, made anew, and taken back step by step`() throws {
    try PodmanMachine.with { machine in
      let ending = try machine.script(
        """
        shown before
        alpod run /root/web.lua --yes || exit 9
        shown made
        alpod run /root/web.lua --yes | grep 'Nothing to do' || exit 8
        alpod plan /root/web.lua --set label=two
        alpod run /root/web.lua --set label=two --yes >/dev/null || exit 7
        shown anew
        alpod undo --yes || exit 6
        shown undone
        alpod undo 4 --plan | grep 'disturbs: .* is stopped and made anew' || exit 4
        alpod undo --yes || exit 5
        shown all
        mine images -aq | wc -l | sed 's/^/images left: /'
        alpod status >/dev/null; echo "status: $?"
        """)
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.status == 0, "\(said)")
      for line in [
        "before: / \n", "made: web=one / localhost/tiny",
        "anew: web=two / localhost/tiny",
        "undone: web=one / localhost/tiny", "all: / \n",
        "the container web of admin is stopped and made anew", "status: 0", "images left: 0",
      ] { #expect(ending.output.contains(line), "\(line): \(said)") }
    }
  }

  @Test func `alpod killed while the container starts is recovered though the container goes on`()
    throws
  {
    try PodmanMachine.with { machine in
      let ending = try machine.script(
        """
        for way in --take-back --finish; do
          alpod run /root/web.lua --yes >/run/said 2>&1 & run=$!
          eventually '[ -n "$(pids conmon)" ]'
          kill -KILL $run $(pids alpod) 2>/dev/null; wait $run 2>/dev/null
          alpod history | tail -n 1
          alpod recover --plan
          timeout 1200 /run/build/alpod recover $way || { echo "ended badly: $?"; }
          shown "after $way"
        done
        """)
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.status == 0, "\(said)")
      #expect(ending.output.contains("after --take-back: / \n"), "\(said)")
      #expect(ending.output.contains("after --finish: web=one / localhost/tiny"), "\(said)")
      #expect(!ending.output.contains("ended badly"), "\(said)")
    }
  }

  /// Stands before podman and has the power go, for alpod, when the old container is gone and the new one not there yet.
  @Test func `a container that was to be made anew is there again when that was cut off`() throws {
    try PodmanMachine.with { machine in
      let ending = try machine.script(
        """
        alpod run /root/web.lua --yes >/dev/null || exit 9
        mkdir -p /usr/local/sbin
        cat >/usr/local/sbin/podman <<'END'
        #!/bin/sh
        case " $* " in *" run --detach "*) : >/run/user/1000/now; exec sleep 86400 ;; esac
        exec /usr/bin/podman "$@"
        END
        chmod 755 /usr/local/sbin/podman
        alpod run /root/web.lua --set label=two --yes >/run/said 2>&1 & run=$!
        eventually '[ -e /run/user/1000/now ] && [ -n "$(pids sleep)" ]'
        kill -KILL $run $(pids alpod) $(pids sleep); wait $run 2>/dev/null
        rm /usr/local/sbin/podman
        shown cut
        alpod recover --plan
        alpod recover --take-back || exit 8
        shown back
        """)
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.status == 0, "\(said)")
      #expect(ending.output.contains("cut: / localhost/tiny"), "\(said)")
      #expect(ending.output.contains("half     make anew and start the container web"), "\(said)")
      #expect(ending.output.contains("back: web=one / localhost/tiny"), "\(said)")
    }
  }

  @Test func `what is lost for good takes its name, and undo says that it stays lost`() throws {
    try PodmanMachine.with { machine in
      try machine.laboratory.write(
        """
        return { api = 1, name = "empty", summary = "Empties the storage",
          needs = { podman = { "reset", "info" } },
          setup = function(host)
            if #host.storage.get{ user = "admin" }.images > 0 then host.storage.reset{ user = "admin" } end
          end }
        """, to: "root/empty.lua")
      let storage = "/home/admin/.local/share/containers/storage"
      let ending = try machine.script(
        """
        alpod run /root/web.lua --yes >/dev/null || exit 9
        mine volume create data >/dev/null
        mine stop -t 0 web >/dev/null; mine rm web >/dev/null
        mine run -d --name web localhost/tiny /bin/busybox sleep 86400 >/dev/null
        alpod run /root/web.lua --yes; echo "foreign: $?"
        shown foreign
        alpod undo 2 --force web --yes; echo "forced: $?"
        alpod run /root/empty.lua --yes; echo "reset: $?"
        shown kept
        alpod run /root/empty.lua --yes --allow-loss \(storage) >/dev/null || exit 8
        shown lost
        alpod undo --plan
        """)
      let said = "\(ending.output)\(ending.errors)"
      #expect(ending.status == 0, "\(said)")
      #expect(
        ["foreign: 2", "forced: 2", "reset: 2"].allSatisfy(ending.output.contains), "\(said)")
      #expect(
        ending.output.contains("kept: web=<no value> / ")
          || ending.output.contains("kept: web= / "), "\(said)")
      #expect(ending.output.contains("lost: / "), "\(said)")
      #expect(ending.errors.contains("--allow-loss web"), "\(said)")
      #expect(ending.errors.contains("the volume data of admin"), "\(said)")
      #expect(ending.errors.contains("--allow-loss \(storage)"), "\(said)")
      #expect(
        ending.output.contains("nothing takes it back: the container web of admin"), "\(said)")
      // It goes on to the run before.
      #expect(
        said.contains("count as taken back, as it is gone already: make and start"), "\(said)")
      #expect(!said.contains("came after it"), "\(said)")
    }
  }
}

import Foundation
import MachineSupport
import Testing

/// The way back from packages, on machines with apk or its stand-in: what was there stays, what came goes, and what an apk
/// left that was killed is brought to an end.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct PackageUndoTests {
  /// The plugins of the test, and what apk writes anew with the same content in it.
  private static let uncompared: Set = [
    "root", "tmp", "lib/apk/db/scripts.tar", "lib/apk/db/triggers", "home/admin",
  ]

  @Test func `what others added since stays, and what they need with it`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        """
        mkdir /usr/share/trial; echo mine >/usr/share/trial/base
        alpod run /root/add.lua --yes >/dev/null || exit 9
        apk add -q trial-engine || exit 8
        apk add -q trial-meta || exit 7
        alpod undo --yes
        \(Laboratory.packages)
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("left: trial-base, which other packages need by now"))
      #expect(
        ending.output.contains(
          "left: no /usr/share/trial/base, which no package owned and apk replaced"))
      for name in ["trial-engine", "trial-meta", "trial-base"] {
        #expect(ending.output.contains("\n\(name)"), "\(name): \(ending.output)")
      }
      #expect(!ending.output.contains("\ntrial-app"), "\(ending.output)")
      #expect(!ending.output.contains("\ntrial-lib"), "\(ending.output)")
    }
  }

  @Test func `what was raised goes back to its old version where that can be had`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        Laboratory.raisable + """
          alpod run /root/add.lua --yes || exit 9
          grep -q '^V:1.1-r0' /lib/apk/db/installed || exit 8
          alpod undo --yes
          \(Laboratory.packages) >/root/after
          diff /root/before /root/after
          """)
      #expect(
        ending.output.contains(
          "undo leaves residue: trial-base 1.1-r0, unless 1.0-r0 can still be had"))
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!ending.output.contains("left:"), "\(ending.output)")
    }
  }

  @Test func `what somebody pinned since, edited, or wants by now, is left and told`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app", "trial-config")
      let ending = try machine.script(
        """
        apk add -q trial-base || exit 9
        echo /srv/alpine/later/main >>/etc/apk/repositories
        apk update -q
        alpod run /root/add.lua --yes >/dev/null || exit 8
        apk add -q trial-base=1.1-r0 trial-lib || exit 7
        echo mine >>/etc/trial.conf
        alpod undo --plan
        alpod undo --yes
        cat /etc/trial.conf
        \(Laboratory.packages)
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      for words in [
        "undo leaves residue: trial-base 1.1-r0, for which world has trial-base=1.1-r0 since",
        "left: trial-base 1.1-r0, for which world has trial-base=1.1-r0 since",
        "left: trial-lib, which world names",
        "left: /etc/trial.conf of trial-config, which somebody changed: apk keeps it", "\nmine\n",
        "\ntrial-base=1.1-r0\n", "\ntrial-base\t1.1-r0\n",
      ] {
        #expect(ending.output.contains(words), "\(words): \(ending.output)\(ending.errors)")
      }
      #expect(!ending.output.contains("trial-base 1.0-r0"), "\(ending.output)")
    }
  }

  @Test func `a version that cannot be had any more stays, and that is said`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        """
        apk add -q trial-base || exit 9
        echo /srv/alpine/later/main >>/etc/apk/repositories
        apk update -q
        alpod run /root/add.lua --yes || exit 8
        echo /srv/alpine/later/main >/etc/apk/repositories
        apk update -q
        rm -rf /var/lib/alpod/packages
        alpod undo --yes
        """)
      #expect(
        ending.output.contains("left: trial-base 1.1-r0, which was 1.0-r0 before"),
        "\(ending.output)\(ending.errors)")
    }
  }

  @Test(arguments: ["--take-back", "--finish"])
  func `what an apk that was killed has unpacked is brought to an end`(_ way: String) throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-slow", "trial-app")
      try machine.write("mine\n", to: "usr/share/trial/base")
      let before = try machine.tree(except: Self.uncompared)
      // Its script waits; alpod and apk are killed while it does. What is left then is this shell and the one that it is of.
      let ending = try machine.script(
        """
        alpod run /root/add.lua --yes >/dev/null 2>&1 &
        run=$!
        eventually '[ -e /usr/bin/slow ]'
        kill -KILL -1; wait $run
        eventually 'set -- /proc/[0-9]*; [ $# = 2 ]'
        : >/tmp/go
        test -e /usr/bin/slow && ! grep -q trial-slow /lib/apk/db/installed || echo "not killed in the middle"
        alpod recover \(way) || exit 9
        \(way == "--finish" ? "grep -c '^P:trial-slow$' /lib/apk/db/installed" : "true")
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!ending.output.contains("not killed"), "\(ending.output)")
      if way == "--finish" {
        let undone = try machine.script("alpod undo --yes")
        #expect(undone.status == 0, "\(undone.output)\(undone.errors)")
      }
      let after = try machine.tree(except: Self.uncompared)
      #expect(after.differences(from: before) == [], "\(ending.output)\(ending.errors)")
    }
  }

  @Test func `what an apk that was killed replaced is kept where no repository can be had`() throws
  {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app", "trial-slow")
      try machine.write("mine\n", to: "usr/share/trial/base")
      let ending = try machine.script(
        """
        alpod run /root/add.lua --yes >/dev/null 2>&1 &
        run=$!
        eventually '[ -e /usr/bin/slow ]'
        kill -KILL -1; wait $run
        eventually 'set -- /proc/[0-9]*; [ $# = 2 ]'
        : >/tmp/go; mv /srv/alpine /srv/away
        cat /usr/share/trial/base
        alpod recover --take-back || exit 9
        cat /usr/share/trial/.base.alpod-kept-run-1
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!ending.output.hasPrefix("mine"), "\(ending.output)")
      #expect(ending.output.hasSuffix("\nmine\n"), "\(ending.output)")
      #expect(ending.output.contains(" of no package, from "), "\(ending.output)")
      #expect(
        ending.output.contains(
          "left: /usr/share/trial/base, which no package owned, as apk or somebody else has written it since; what it was is in /usr/share/trial/.base.alpod-kept-run-1\n"
        ), "\(ending.output)\(ending.errors)")
    }
  }

  /// Has apk note what it is asked, and do something else at calls of it.
  private static func apk(_ cases: String) -> String {
    """
    sleep 1 # what came with the machine came before the run
    cp /sbin/apk /sbin/apk-itself; rm /sbin/apk
    cat >/sbin/apk <<'END'
    #!/bin/sh
    echo "$*" >>/root/asked
    case " $* " in \(cases) esac
    exec apk-itself "$@"
    END
    chmod 755 /sbin/apk

    """
  }

  /// Has alpod be killed, once, at the moment when apk would begin to install.
  private static let killedBeforeAdding = apk(
    "*--simulate*) ;; *' add '*) [ -e /root/cut ] || { : >/root/cut; killall -KILL alpod; exit 1; } ;;"
  )

  @Test(arguments: ["--take-back", "--finish"])
  func `what somebody did after the run was cut off stays, if apk was never begun`(_ way: String)
    throws
  {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        """
        ln -s /etc/init.d/local /etc/runlevels/default/local
        mkdir -p /opt/old/cache; echo hello >/opt/old/tool; echo version 1 >/usr/bin/mytool
        touch -d '2024-01-01 00:00' /usr/bin/mytool
        \(Laboratory.packages) >/root/before

        """
          + Self.killedBeforeAdding + """
            alpod run /root/add.lua --yes >/dev/null 2>&1
            rm -r /opt/old /etc/runlevels/default/local; echo mine >/usr/share/admin.txt; : >/root/asked
            echo version 2 >/usr/bin/mytool
            alpod recover \(way) || exit 9
            [ \(way) = --finish ] || grep -v simulate /root/asked
            \(way == "--finish" ? "alpod undo --yes >/dev/null || exit 8" : "true")
            \(Laboratory.packages) >/root/after; diff /root/before /root/after || exit 7
            [ ! -e /opt/old ] && [ ! -L /etc/runlevels/default/local ] || exit 6
            cat /usr/bin/mytool /usr/share/admin.txt
            """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.hasSuffix("\nversion 2\nmine\n"), "\(ending.output)")
      #expect(!ending.output.contains("left:"), "\(ending.output)")
      #expect(!ending.output.contains("--no-interactive"), "\(ending.output)")
    }
  }

  @Test func `a tool that somebody unpacked after the run was cut off is not replaced`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        "echo version 1 >/usr/bin/mytool; touch -d '2024-01-01 00:00' /usr/bin/mytool\n"
          + Self.killedBeforeAdding + """
            alpod run /root/add.lua --yes >/dev/null 2>&1
            echo version 2 >/usr/bin/mytool; touch -d '2025-01-01 00:00' /usr/bin/mytool
            alpod recover --take-back || exit 9
            cat /usr/bin/mytool /usr/bin/.mytool.alpod-kept-run-1
            """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output.hasSuffix("\nversion 2\nversion 1\n"), "\(ending.output)")
    }
  }

  @Test(arguments: ["undo", "--take-back", "--finish"])
  func `what an old version came back with does not stay in world`(_ way: String) throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let cut = way == "undo" ? "exit 1" : "killall -KILL alpod; exit 1"
      let ending = try machine.script(
        Laboratory.raisable + """
          alpod run /root/add.lua --yes >/dev/null || exit 8

          """
          + Self.apk(
            "*' add '*' trial-base'*) [ -e /root/cut ] || [ ! -e /root/begun ] && : >/root/begun || { : >/root/cut; \(cut); } ;;"
          )
            + """
            grep trial-base /root/asked
            alpod undo --yes >/dev/null; echo "cut: $?"; sort /etc/apk/world | grep trial
            \(way == "undo" ? "alpod undo --yes" : "alpod recover \(way)") || exit 7
            \(way == "--take-back" ? "alpod undo 1 --yes || exit 6" : "true")
            \(Laboratory.packages) >/root/after
            diff /root/before /root/after || cat /root/asked
            """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      // One that only failed has been taken back.
      #expect(
        ending.output.contains("\ntrial-base=1.0-r0\n") == (way != "undo"), "\(ending.output)")
      #expect(!ending.output.contains("--simulate"), "\(ending.output)")
    }
  }

  @Test func `a package that apk left broken is mended before it is built upon`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app", "trial-base")
      let ending = try machine.script(
        """
        apk add -q trial-base trial-app || exit 9
        sed -i '/^P:trial-base$/,/^$/{/^$/i\\
        f:s
        }' /lib/apk/db/installed
        grep -c '^f:s' /lib/apk/db/installed
        cp -a /lib/apk/db /run/db; mount -t tmpfs -o size=512k tmpfs /lib/apk/db || exit 7
        cp -a /run/db/. /lib/apk/db
        alpod run /root/add.lua --yes; echo "full: $?"
        mount -o remount,size=64m /lib/apk/db
        alpod run /root/add.lua --yes || exit 8
        grep -c '^f:' /lib/apk/db/installed
        """)
      #expect(
        ending.output.contains("install trial-base once more: apk left it broken"),
        "\(ending.output)\(ending.errors)")
      #expect(ending.output.contains("full: 1\n"), "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("does not fit: make room"), "\(ending.errors)")
      #expect(ending.output.hasSuffix("\n0\n"), "\(ending.output)\(ending.errors)")
    }
  }

  /// Has the stand-in fail as apk does: files go, what it writes into a full directory does not come.
  private static func forgetful(_ place: String) -> String {
    """
    mv /sbin/apk /sbin/apk-itself
    cat >/sbin/apk <<'END'
    #!/bin/sh
    cp -a \(place) /run/kept; apk-itself "$@"; status=$?
    [ ! -e \(place)/filler ] || cp -a /run/kept/. \(place); rm -rf /run/kept
    exit $status
    END
    chmod 755 /sbin/apk
    """
  }

  @Test(arguments: ["/lib/apk/db", "/etc/apk"])
  func `a disk that is full when packages go is told, and undo goes on once there is room`(
    _ place: String
  ) throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app")
      let ending = try machine.script(
        """
        \(Laboratory.packages) >/root/before
        cp -a \(place) /run/copy; mount -t tmpfs -o size=4m tmpfs \(place) || exit 9
        cp -a /run/copy/. \(place)
        alpod run /root/add.lua --yes >/dev/null || exit 8
        dd if=/dev/zero of=\(place)/filler bs=4k 2>/dev/null
        \(Laboratory.isAlpine ? "" : Self.forgetful(place))
        alpod undo --yes >/dev/null; echo "full: $?"
        alpod status >/dev/null; echo "status: $?"
        rm \(place)/filler; [ ! -e /sbin/apk-itself ] || mv /sbin/apk-itself /sbin/apk
        alpod undo --yes >/dev/null || exit 7
        \(Laboratory.packages) >/root/after
        diff /root/before /root/after && test ! -e /usr/bin/trial || exit 6
        alpod run /root/add.lua --yes >/dev/null && test -e /usr/bin/trial || exit 5
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(ending.output == "full: 1\nstatus: 1\n", "\(ending.output)\(ending.errors)")
      #expect(ending.errors.contains("make room"), "\(ending.errors)")
    }
  }

  /// What no package owns, some of it where a set-up with podman puts files and some where others do.
  private static let ownerless = """
    printf '#!/bin/sh\\necho mine\\n' >/usr/bin/podman; chown 1000:1000 /usr/bin/podman; chmod 4711 /usr/bin/podman
    ln -s /opt/conmon /usr/bin/conmon
    head -c 3000000 /dev/urandom >/usr/bin/crun
    mkdir -p /usr/libexec/podman /usr/share/containers; chmod 700 /usr/libexec/podman
    : >/etc/subuid; : >/etc/subgid; chmod 600 /etc/subuid; chmod 606 /etc/subgid; chown 1000:1000 /etc/subgid
    rm -rf /etc/containers; mkdir /etc/containers; chmod 700 /etc/containers; chown 1000 /etc/containers
    mkdir -p /etc/trial.d; echo mine >/etc/trial.d/mine; chmod 750 /etc/trial.d
    echo one >/etc/trial.conf; chmod 600 /etc/trial.conf
    mkdir -p /usr/share/trial; chmod 711 /usr/share/trial; echo mine >/usr/share/trial/base
    echo mine >/usr/bin/trial

    """

  @Test func `what no package owned is there again as it was`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("podman", "shadow-subids", "trial-app", "trial-config")
      _ = try machine.script(
        "sed -i 's/^#//' /etc/apk/repositories; apk update -q\n" + Self.ownerless)
      try machine.setAttribute("user.origin", "hand", of: "usr/bin/podman")
      let before = try machine.tree(except: Self.uncompared)
      for _ in 1...2 {
        let ending = try machine.script(
          """
          alpod run /root/add.lua --yes || exit 9
          ! grep -q mine /usr/bin/trial || echo "not replaced"
          alpod undo --yes || exit 8
          """)
        #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
        #expect(!ending.output.contains("not replaced"), "\(ending.output)")
        #expect(!ending.output.contains("left:"), "\(ending.output)")
        let after = try machine.tree(except: Self.uncompared)
        #expect(after.differences(from: before) == [], "\(ending.output)\(ending.errors)")
      }
    }
  }

  @Test func `where too much lies that no package owns, that alone is passed over and told`() throws
  {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("trial-app", "trial-config")
      _ = try machine.script(Self.ownerless)
      let ending = try machine.script(
        """
        mkdir /usr/lib/heap /usr/lib/heap/below; chmod 700 /usr/lib/heap
        (cd /usr/lib/heap/below; seq 6000 | sed s,^,file, | xargs touch)
        (cd /usr/bin; seq 1100 | sed s,^,own, | xargs touch)
        alpod run /root/add.lua --yes || exit 9
        ! grep -q mine /usr/bin/trial || echo "not replaced"
        echo planned; alpod undo --plan
        echo done; alpod undo --yes || exit 8
        cat /usr/share/trial/base /etc/trial.conf; stat -c %a /usr/lib/heap /usr/share/trial
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!ending.output.contains("not replaced"), "\(ending.output)")
      #expect(ending.output.hasSuffix("\nmine\none\n700\n711\n"), "\(ending.output)")
      let told =
        "what apk may have replaced in /usr/bin, of which there is no note: /usr/bin/trial\n"
      for words in ["undo leaves residue: \(told)", "left: \(told)"] {
        #expect(ending.output.contains(words), "\(words): \(ending.output)\(ending.errors)")
      }
      #expect(!ending.output.contains("replaced in /usr/lib"), "\(ending.output)")
    }
  }

  @Test func `what is too large to be kept is named by the plan and by undo`() throws {
    try Laboratory.with(["--trial"]) { machine in
      try machine.writePackagesPlugin("crun", "trial-app")
      let ending = try machine.script(
        """
        sed -i 's/^#//' /etc/apk/repositories; apk update -q
        truncate -s 65M /usr/bin/crun; truncate -s 65M /usr/bin/trial
        alpod run /root/add.lua --yes || exit 9
        alpod undo --plan
        alpod undo --yes || exit 8
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      for words in [
        "undo leaves residue: no /usr/bin/crun, which no package owns: apk replaces it",
        "undo leaves residue: no /usr/bin/crun, which no package owned and apk replaced",
        "left: no /usr/bin/crun, which no package owned and apk replaced",
        "left: no /usr/bin/trial, which no package owned and apk replaced",
      ] {
        #expect(ending.output.contains(words), "\(words): \(ending.output)\(ending.errors)")
      }
    }
  }

  @Test(arguments: ["a script of a package fails", "--take-back", "--finish"])
  func `what no package owned comes back also where apk fails, or is done and alpod killed`(
    _ way: String
  ) throws {
    try Laboratory.with(["--trial"]) { machine in
      let isFailing = !way.hasPrefix("--")
      let last = isFailing ? "trial-badpost" : "trial-lib"
      try machine.writePackagesPlugin("podman", "shadow-subids", "trial-app", "trial-config", last)
      _ = try machine.script(
        "sed -i 's/^#//' /etc/apk/repositories; apk update -q\n" + Self.ownerless + """
          mv /sbin/apk /sbin/apk-itself
          cat >/sbin/apk <<'END'
          #!/bin/sh
          apk-itself "$@"; status=$?
          case " $* " in *" del "*) [ ! -e /tmp/cut ] || { rm /tmp/cut; killall -KILL alpod; } ;; esac
          exit $status
          END
          chmod 755 /sbin/apk

          """)
      let before = try machine.tree(except: Self.uncompared)
      let ending = try machine.script(
        """
        alpod run /root/add.lua --yes; echo "run: $?"
        \(isFailing ? "exit 0" : "")
        : >/tmp/cut
        alpod undo --yes
        alpod recover \(way) || exit 9
        \(way == "--finish" ? "" : "alpod undo 1 --yes || exit 8")
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(isFailing || !ending.output.contains("no run was cut off"), "\(ending.output)")
      #expect(ending.output.contains("run: \(isFailing ? 1 : 0)\n"), "\(ending.output)")
      let after = try machine.tree(except: Self.uncompared)
      #expect(after.differences(from: before) == [], "\(ending.output)\(ending.errors)")
    }
  }
}

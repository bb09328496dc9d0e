import Foundation
import MachineSupport
import Testing

/// Things are seen as they are by now, and given back as they were: with real podman, OpenRC and mounts.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct GivenBackTests {
  private func podman(_ text: String) throws -> Laboratory.Ending {
    try PodmanMachine.with { machine in
      try machine.script(
        """
        states() {
          echo "$1: $(mine ps --all --format '{{.Names}}={{.Labels.which}}={{.State}}' | sed 's/=Up.*/=up/; s/=Exited.*/=exited/' | sort | tr '\\n' ' ')"
        }
        web() { alpod run /root/web.lua --yes "$@" || exit 8; }
        \(text)
        """)
    }
  }

  @Test func `a container that stood still stands still when it is back`() throws {
    let ending = try podman(
      """
      web; mine stop --time 0 web; web --set label=two; states anew
      alpod undo --yes || exit 7
      states back
      web; states again
      """)
    let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
    #expect(ending.status == 0, all)
    #expect(ending.output.contains("anew: web=two=up \n"), all)
    #expect(ending.output.contains("back: web=one=exited \n"), all)
    #expect(ending.output.contains("start the container web of admin"), all)
    #expect(ending.output.contains("again: web=one=up \n"), all)
  }

  @Test func `a container is told from one that had its name`() throws {
    let ending = try podman(
      """
      web; mine rename web old; web; mine stop --time 0 web
      states before
      web; states after
      """)
    let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
    #expect(ending.status == 0, all)
    #expect(ending.output.contains("before: old=one=up web=one=exited \n"), all)
    #expect(ending.output.contains("after: old=one=up web=one=up \n"), all)
  }

  @Test func `the container in which an image was being built is named when podman is killed`()
    throws
  {
    let ending = try podman(
      """
      echo 'RUN ["/bin/busybox", "sleep", "86400"]' >>/srv/image/Containerfile
      alpod run /root/web.lua --yes >/run/built 2>&1 & run=$!
      sleeps() { cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -q '[b]usybox sleep 86400'; }
      eventually sleeps
      kill -KILL $(grep -lx podman /proc/[0-9]*/comm | cut -d/ -f3)
      wait $run; echo "status $?"
      cat /run/built
      mine rm --force working-container && mine ps --all --external --quiet
      """)
    let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
    #expect(ending.status == 0, all)
    #expect(ending.output.contains("status 1\n"), all)
    let named =
      "the container working-container for admin, in which localhost/tiny:latest was built"
    #expect(ending.output.components(separatedBy: named).count == 2, all)
  }

  @Test func `what podman made by being started is named when its image is taken back`() throws {
    let ending = try podman(
      """
      cat >/root/tiny.lua <<'END'
      return { api = 1, name = "tiny", summary = "An image of root's",
        needs = { podman = { "build" }, read = { "/srv/image", "/srv/image/**" } },
        setup = function(host)
          host.image.build{ name = "localhost/tiny:latest", directory = "/srv/image" }
        end }
      END
      rm -rf /var/lib/containers /etc/cni
      alpod run /root/tiny.lua --yes --trust $(sha256sum </root/tiny.lua | cut -c1-64) >/dev/null || exit 7
      ls -d /var/lib/containers
      alpod undo --yes
      """)
    let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
    #expect(ending.status == 0, all)
    let left = ending.output.split(separator: "\n").filter { $0.contains("left: ") }
    #expect(
      left.contains {
        $0.contains("/var/lib/containers, ")
          && $0.hasSuffix(", which podman made when it was started as root")
      }, all)
  }

  @Test func `a store behind a link is seen`() throws {
    let ending = try podman(
      """
      mkdir -p /srv/disk /home/admin/.local/share
      [ ! -e /home/admin/.local/share/containers ] || mv /home/admin/.local/share/containers /srv/disk/
      mkdir -p /srv/disk/containers; chown admin:admin /srv/disk /srv/disk/containers
      ln -s /srv/disk/containers /home/admin/.local/share/containers
      chown -Rh admin:admin /home/admin/.local
      web; web | grep "Nothing to do" || exit 6
      ls /srv/disk/containers/storage >/dev/null || exit 5
      states linked
      """)
    let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
    #expect(ending.status == 0, all)
    #expect(ending.output.contains("linked: web=one=up \n"), all)
  }

  @Test func `mounts spread again as they did`() throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "share", summary = "Shares a mount", needs = { mounts = { "/mnt/a" } },
          setup = function(host) host.mount.share("/mnt/a") end }
        """, to: "root/share.lua")
      let ending = try machine.script(
        """
        mkdir -p /mnt/m /mnt/a
        mount -t tmpfs m /mnt/m; mount --make-private /mnt/m; mount --make-shared /mnt/m
        mount --bind /mnt/m /mnt/a; mount --make-slave /mnt/a
        mkdir /mnt/a/u /mnt/a/p
        mount -t tmpfs u /mnt/a/u; mount --make-unbindable /mnt/a/u
        mount -t tmpfs p /mnt/a/p; mount --make-private /mnt/a/p
        spread() { grep " /mnt/a" /proc/self/mountinfo | sed 's/ - .*//; s/^.* \\/mnt/\\/mnt/; s/ rw[^ ]*//' | sort | tr '\\n' ';'; }
        was=$(spread); echo "was: $was"
        alpod run /root/share.lua --yes >/dev/null || exit 9
        echo "shared: $(spread)"
        alpod undo --yes >/dev/null || exit 8
        echo "is: $(spread)"
        [ "$was" = "$(spread)" ]
        """)
      let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
      #expect(ending.status == 0, all)
      #expect(ending.output.contains("master:") && ending.output.contains("unbindable"), all)
      #expect(ending.output.contains("/mnt/a/u shared:"), all)
    }
  }

  @Test func `what died or was taken away since OpenRC started it is started again`() throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "nap", summary = "Naps", needs = { services = { "nap" }, users = { "admin" } },
          setup = function(host)
            host.service.start("nap")
            host.runtime.add("admin")
          end }
        """, to: "root/nap.lua")
      let ending = try machine.script(
        """
        cat >/etc/init.d/nap <<'END'
        #!/sbin/openrc-run
        supervisor=supervise-daemon
        command=/run/busybox
        command_args="sleep 86400"
        END
        chmod 755 /etc/init.d/nap
        pid() { cat $(sed -n s/^pidfile=//p /run/openrc/daemons/nap/001); }
        nap() { alpod run /root/nap.lua --yes; }
        nap >/dev/null || exit 9
        nap | grep "Nothing to do" || exit 8
        eventually '[ -n "$(pid)" ]'
        died=$(pid); kill -KILL $died; eventually '[ ! -e /proc/$died ]'
        rm -r /run/user/1000
        nap || exit 7
        eventually '[ $(pid) != $died ] && [ -e /proc/$(pid) ]' && echo "naps"
        stat -c 'is %U %a' /run/user/1000 /run/user/1000/podman
        nap | grep "Nothing to do" || exit 6
        """)
      let all = Comment(rawValue: "\(ending.output)\(ending.errors)")
      #expect(ending.status == 0, all)
      #expect(ending.output.contains("naps\nis admin 700\nis admin 700\n"), all)
    }
  }
}

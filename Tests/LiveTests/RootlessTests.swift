import Foundation
import MachineSupport
import Testing

/// The main job on a machine with real OpenRC, podman, crun and newuidmap.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct RootlessTests {
  @Test func `a fresh machine comes to where the user starts a container`() throws {
    try Laboratory.with { machine in
      let run = try machine.alpod("run", "rootless", "--user", "admin", "--yes")
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(run.output.contains("podman maps admin's subordinate ids into containers"))

      let again = try machine.script(
        """
        mount --make-rshared /
        alpod run rootless --user admin --json
        """)
      #expect(again.status == 0, "\(again.output)\(again.errors)")
      let summary = try #require(try again.events().last)
      #expect(summary["changed"] as? Int == 0)

      let container = try machine.script(Self.container)
      #expect(container.status == 0, "\(container.output)\(container.errors)")
      let lines = container.output.split(separator: "\n").map {
        $0.split(separator: " ").map(String.init)
      }
      #expect(lines.contains(["0", "1000", "1"]), "\(container.output)")
      #expect(lines.contains(["1", "100000", "65536"]), "\(container.output)")
    }
  }

  /// As the user: an image of nothing but a static busybox, and in its container the id map.
  private static let container = """
    mount --make-rshared /
    mkdir -p /run/user/1000 && chown admin:admin /run/user/1000 && chmod 700 /run/user/1000
    mkdir -p /home/admin/image /home/admin/.config/containers
    cp /run/busybox /home/admin/image/busybox
    printf 'FROM scratch\\nCOPY busybox /bin/busybox\\n' >/home/admin/image/Containerfile
    cat >/home/admin/.config/containers/containers.conf <<'CONF'
    [containers]
    cgroups = "disabled"
    default_ulimits = ["nproc=1024:1024", "nofile=1024:1024"]
    netns = "none"
    CONF
    chown -R admin:admin /home/admin
    su - admin -c '
      export XDG_RUNTIME_DIR=/run/user/1000
      podman build -q -t tiny image >/dev/null &&
      podman run --rm tiny /bin/busybox cat /proc/self/uid_map'
    """

  @Test func `what is done is what was planned, in order`() throws {
    try Laboratory.with { machine in
      let plan = try machine.alpod("plan", "rootless", "--user", "admin", "--json").events()
      let run = try machine.alpod("run", "rootless", "--user", "admin", "--yes", "--json").events()
      let key = { (event: [String: Any]) in
        "\(event["kind"] ?? "") \(event["target"] ?? "") \(event["diff"] ?? "")"
      }
      let planned = plan.filter { $0["status"] as? String == "planned" }.map(key)
      let announced = run.filter { $0["status"] as? String == "planned" }.map(key)
      let done = run.filter {
        $0["event"] as? String == "change" && $0["status"] as? String == "done"
      }.map(key)
      #expect(!planned.isEmpty)
      #expect(announced == planned)
      #expect(done == announced)
      let summary = try #require(run.last)
      #expect(summary["ok"] as? Bool == true)
      #expect(summary["changed"] as? Int == done.count)
      #expect(
        run.contains { $0["event"] as? String == "check" && $0["evidence"] as? String == "files" })
      #expect(
        run.contains { $0["event"] as? String == "check" && $0["evidence"] as? String == "probe" })
    }
  }

  @Test func `undo brings the machine back to what it was`() throws {
    try Laboratory.with { machine in
      _ = try machine.script("true")
      let before = try machine.tree()
      let run = try machine.script(
        "alpod run rootless --user admin --yes && alpod undo --yes", boot: true)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      let differing = try machine.tree().differences(from: before)
      #expect(differing == [])
      // What is not in the tree is said: podman's process and what is in memory.
      let left = run.output.split(separator: "\n").filter {
        $0.hasSuffix(" as admin to see that it works")
      }
      #expect(left.count == 1, "\(run.output)")
      for thing in ["/home/admin/.local", "/tmp/podman-run-1000", "(podman pause)"] {
        #expect(left.first?.contains(thing) == true, "\(run.output)")
      }
    }
  }

  @Test func `a change by somebody else is taken back by nobody`() throws {
    try Laboratory.with { machine in
      let run = try machine.script(
        """
        alpod run rootless --user admin --yes >/dev/null 2>&1 || exit 9
        echo '# mine' >>/etc/local.d/alpod-shared.start
        alpod undo --yes
        """)
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      #expect(run.output.contains("left as it is: share / at boot (it was changed since)"))
      #expect(run.output.contains("+# mine"))
      #expect(try machine.read("etc/local.d/alpod-shared.start").hasSuffix("# mine\n"))
    }
  }

  @Test(arguments: [
    ("rc-update -q del cgroups default", "service.enable"),
    ("sed -i /admin/d /etc/subuid", "subid.grant"),
    ("sed -i /admin/d /etc/subgid", "subid.grant"),
    ("sed -i /fuse/d /etc/modules-load.d/alpod.conf", "file"),
    ("rm /etc/local.d/alpod-shared.start", "file"),
    ("rc-update -q del local default", "service.enable"),
    ("apk del -q nftables", "apk.add"),
    ("mount --make-rprivate /", "mount.share"),
  ])
  func `an effect that is taken away is all that is planned again`(_ damage: String, _ kind: String)
    throws
  {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        alpod run rootless --user admin --yes >/dev/null 2>&1 || exit 9
        \(damage) >/dev/null
        alpod plan rootless --user admin --json
        """)
      let planned = try ending.events().filter { $0["status"] as? String == "planned" }
      #expect(planned.map { $0["kind"] as? String } == [kind], "\(ending.output)\(ending.errors)")
    }
  }

  @Test func `lines that are somebody else's change nothing`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        """
        alpod run rootless --user admin --yes >/dev/null 2>&1 || exit 9
        echo 'bob:300000:65536' >>/etc/subuid
        echo 'bob:300000:65536' >>/etc/subgid
        echo 'loop' >>/etc/modules-load.d/alpod.conf
        echo '# comment' >>/etc/apk/repositories
        echo 'rc_logger="YES"' >>/etc/rc.conf
        alpod plan rootless --user admin --detailed-exitcode
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    }
  }
}

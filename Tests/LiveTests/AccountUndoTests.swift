import Foundation
import MachineSupport
import Testing

/// Accounts on machines with the real adduser and deluser: what was there before the run, and what others did since, stays.
@Suite(
  .serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"),
  .enabled(
    if: Laboratory.isAlpine,
    "takes a real Alpine in ALPOD_ALPINE_ROOT: Debian's busybox has no adduser"))
struct AccountUndoTests {
  @Test func `a home that was there and a group that others are in stay`() throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "add", summary = "A user", needs = { users = { "bob", "eve" } },
          setup = function(host) host.user.add("bob"); host.user.add("eve") end }
        """, to: "root/add.lua")
      let ending = try machine.script(
        """
        mkdir -m 700 /home/bob; echo mine >/home/bob/file; chown 0:27 /home/bob
        look() { stat -c '%n %a %u:%g' /home/bob /home/bob/file; cat /home/bob/file; }
        look >/root/before
        alpod run /root/add.lua --yes || exit 9
        look | diff /root/before - || exit 8
        stat -c '%n %a %U:%G' /home/eve
        addgroup admin eve
        alpod undo --yes || exit 7
        look | diff /root/before - || exit 6
        test ! -e /home/eve || exit 5
        grep -e ^bob -e ^eve /etc/passwd /etc/group
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      for words in [
        "; /home/bob is there and stays as it is (0700 0:27)", "/home/eve 2755 eve:eve",
        "left: the group eve, in which admin is by now",
      ] {
        #expect(ending.output.contains(words), "\(words): \(ending.output)\(ending.errors)")
      }
      #expect(ending.output.hasSuffix("\n/etc/group:eve:x:1002:admin\n"), "\(ending.output)")
    }
  }

  @Test func `an account that somebody made again is left`() throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "add", summary = "A user", needs = { users = { "bob" } },
          setup = function(host) host.user.add("bob") end }
        """, to: "root/add.lua")
      let ending = try machine.script(
        """
        alpod run /root/add.lua --yes >/dev/null || exit 9
        deluser bob; adduser -D -h /srv/bob -s /bin/sh -u 1001 bob
        alpod status
        alpod undo --yes
        grep ^bob: /etc/passwd
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
      #expect(!ending.output.contains("all holds"), "\(ending.output)")
      #expect(ending.output.contains("(it was changed since)"), "\(ending.output)")
      #expect(ending.output.hasSuffix(":/srv/bob:/bin/sh\n"), "\(ending.output)")
    }
  }

  /// An undo that was cut off at the worst moments of busybox's deluser, which writes passwd, shadow and group in turn.
  @Test(arguments: ["--finish", "--take-back"], ["group", "shadow", "temporaries"])
  func `what a deluser left that was killed is brought to an end`(_ way: String, _ left: String)
    throws
  {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "add", summary = "A user", needs = { users = { "bob" }, ["users.groups"] = { "audio" } },
          setup = function(host) host.user.add{ name = "bob", groups = { "audio" } } end }
        """, to: "root/add.lua")
      let ending = try machine.script(
        """
        look() { grep -e bob /etc/passwd /etc/shadow /etc/group; stat -c '%n %a %u:%g' /home/bob; ls /etc/*+; }
        look >/root/none 2>/dev/null
        alpod run /root/add.lua --yes >/dev/null || exit 9
        look >/root/made 2>/dev/null; cp -p /etc/group /etc/shadow /root/
        alpod undo --yes >/dev/null || exit 8
        sed -i -e '/"type":"end"/d' -e '/"type":"done"/d' /var/lib/alpod/runs/000002/journal
        mkdir -m 2755 /home/bob; chown 1001:1001 /home/bob; cp -p /root/group /etc/group
        case \(left) in
        shadow) cp -p /root/shadow /etc/shadow ;;
        temporaries) cp -p /root/shadow /etc/shadow; cp -p /etc/passwd /etc/passwd+; cp -p /etc/shadow /etc/shadow+ ;;
        esac
        alpod recover \(way) || exit 7
        look 2>/dev/null | diff /root/\(way == "--finish" ? "none" : "made") - || exit 6
        """)
      #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
    }
  }
}

import Foundation
import MachineSupport
import Testing

/// What real podman and newuidmap say on a machine that was broken is what `alpod explain` knows and `alpod doctor` finds,
/// and the advice puts it right.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct RealErrorsTests {
  /// Breaks the machine, has the user try, and follows the advice of doctor.
  private struct Trouble {
    var symptom: String
    var make: String
    var attempt = "podman unshare true"
    /// What is tried beside that, as root.
    var alone = "true"
    /// Nil where doctor cannot see it: it is not the machine that is wrong.
    var isFound = true
    /// Whether every podman complains; some read on behind a line that is wrong.
    var isSaid = true
    /// What is at work while doctor looks, and how the command line of it begins, by which it is known to be.
    var beside = (command: "true", begins: "")
  }

  private static let troubles = [
    Trouble(symptom: "no-subids", make: ": >/etc/subuid; : >/etc/subgid"),
    Trouble(
      symptom: "repeated-subids",
      make: "for f in /etc/subuid /etc/subgid; do cat $f $f >$f.2; cat $f.2 >$f; rm $f.2; done"),
    Trouble(
      symptom: "own-id", make: "echo admin:1000:65536 | tee /etc/subuid >/etc/subgid"),
    Trouble(
      symptom: "malformed-subids", make: "echo bob:1 >>/etc/subuid", isSaid: false),
    Trouble(
      symptom: "no-newuidmap", make: "mv /usr/bin/newuidmap /root/; mv /usr/bin/newgidmap /root/",
      isFound: false),
    Trouble(
      symptom: "runtime-dir", make: "mkdir -p /run/user/0; chmod 700 /run/user/0",
      attempt: "XDG_RUNTIME_DIR=/run/user/0 podman info", isFound: false),
    Trouble(
      symptom: "roots-storage",
      make: """
        mkdir -p /home/admin/.config/containers
        printf '[storage]\\ndriver = "vfs"\\ngraphroot = "/var/lib/containers/storage"\\nrunroot = "/run/containers/storage"\\n' \
          >/home/admin/.config/containers/storage.conf
        chown -R admin:admin /home/admin/.config
        """, attempt: "podman info"),
    Trouble(
      symptom: "malformed-settings",
      make: """
        mkdir -p /home/admin/.config/containers
        echo '[storage' >/home/admin/.config/containers/storage.conf
        chown -R admin:admin /home/admin/.config
        """, attempt: "podman info"),
    Trouble(symptom: "no-home", make: "mv /home/admin /home/away", attempt: "cd /; podman info"),
    Trouble(
      symptom: "no-home", make: "mv /home/admin /home/away; mkdir /home/admin",
      attempt: "podman info"),
    Trouble(
      symptom: "other-group", make: "echo crew:x:27: >>/etc/group",
      attempt: "true", alone: #"as admin:crew -x /bin/sh -- -c "cd /; podman unshare true""#,
      beside: (#"as admin:crew -x /bin/sh -- -c "sleep 86400; :""#, "/bin/sh")),
    // podman calls itself by this name, and waits for the maps on standard input.
    Trouble(
      symptom: "slow-keep-id", make: ":", isSaid: false,
      beside: (
        "as admin:admin -a storage-chown-by-maps -x /usr/bin/podman -- /tmp <>/root/never",
        "storage-chown-by-maps"
      )),
  ]

  @Test func `real errors are known, and what is found is mended`() throws {
    try Laboratory.with { machine in
      var script = """
        mount --make-rshared /
        alpod run rootless --user admin --yes >/dev/null 2>&1 || exit 9
        as() { HOME=/home/admin USER=admin /run/busybox start-stop-daemon -S -q -p /root/none -c "$@"; }
        mkfifo /root/never
        admins() {
          for process in /proc/[0-9]*; do
            grep -q '^Uid:.1000' $process/status && grep -q "^$1" $process/cmdline && echo ${process#/proc/}
          done 2>/dev/null
        }
        forget() { kill -KILL $(admins .) 2>/dev/null; rm -rf /tmp/storage-run-1000 /tmp/podman-run-1000 /tmp/containers-user-1000; }

        """
      for trouble in Self.troubles {
        script += """
          echo "== \(trouble.symptom)"
          forget
          cp /etc/subuid /etc/subgid /root/
          \(trouble.make)
          su - admin -c '\(trouble.attempt)' >/root/log 2>&1
          { \(trouble.alone); } >>/root/log 2>&1
          alpod explain --json </root/log || sed 's/^/LOG /' /root/log
          forget
          { \(trouble.beside.command); } >/dev/null 2>&1 &
          \(trouble.beside.begins.isEmpty ? "" : "eventually '[ -n \"$(admins \(trouble.beside.begins))\" ]'")
          alpod doctor rootless --user admin --json
          forget; wait
          cat /root/subuid >/etc/subuid; cat /root/subgid >/etc/subgid
          [ ! -e /root/newuidmap ] || mv /root/newuidmap /root/newgidmap /usr/bin/
          rm -f /home/admin/.config/containers/storage.conf
          [ ! -e /home/away ] || { rm -rf /home/admin; mv /home/away /home/admin; }

          """
      }
      let ending = try machine.script(script)
      let parts = ending.output.components(separatedBy: "== ").dropFirst()
      try #require(parts.count == Self.troubles.count, "\(ending.output)\(ending.errors)")
      for (trouble, part) in zip(Self.troubles, parts) {
        let events = part.split(separator: "\n").compactMap {
          try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let explained = events.filter { $0["event"] as? String == "symptom" }
          .compactMap { $0["id"] as? String }
        if trouble.isSaid { #expect(explained.contains(trouble.symptom), "\(part)") }
        let found = events.compactMap { $0["symptom"] as? String }
        if trouble.isFound { #expect(found == [trouble.symptom], "\(part)") }
      }
    }
  }
}

import Foundation
import MachineSupport
import Testing

/// A real file system that fills up in the middle of a run: a message that names the file, nothing half written, and all of
/// it as before once there is room and the run is taken back.
@Suite(
  .serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct FullDiskTests {
  /// Moves a directory into a tmpfs with so much room beyond what is in it, and tells what is in a directory.
  private static let tools = """
    small() {
      size=$(( ($(du -sk "$1" | cut -f1) + $(find "$1" | wc -l) * 4) / 4 * 4 ))
      mkdir -p /mnt/small
      mount -t tmpfs -o mode=755,size=64m small /mnt/small
      cp -a "$1/." /mnt/small
      used=$(df -k /mnt/small | awk 'NR == 2 { print $3 }')
      mount -o remount,size=$((used + $2))k /mnt/small
      mount --move /mnt/small "$1"
    }
    large() { mount -o remount,size=64m "$1"; }
    told() {
      (cd "$1" && find . ! -path './lib/alpod*' -exec stat -c '%n %F %a %u:%g' {} + | sort;
       find . -type f ! -path './lib/alpod*' -exec md5sum {} + | sort -k 2)
    }
    """

  /// What has to be said, and how it has to end.
  private func check(_ ending: Laboratory.Ending, _ place: String) throws {
    let said = "\(place): \(ending.output)\(ending.errors)"
    #expect(ending.status == 0, "\(said)")
    for word in ["differs", "left of it", "crashed"] {
      #expect(!ending.output.contains(word), "\(said)")
    }
  }

  /// Takes back whatever there is, and compares.
  private static let settled = """
    case $status in 0|1|69|77) ;; *) echo "crashed: $status" ;; esac
    [ $status = 0 ] || grep -qi 'no space\\|disk\\|quota' /run/said || { echo "differs: no word of the disk"; cat /run/said; }
    large $place
    if [ $status != 0 ]; then
      alpod recover --take-back >/run/recovered 2>&1 || { echo "differs: recover"; cat /run/recovered; }
    fi
    alpod undo --yes >/run/undone 2>&1 || grep -q 'nothing to take back' /run/undone || { echo "differs: undo"; cat /run/undone; }
    told $place >/run/after
    diff /run/before /run/after || echo "differs: after $status"
    find / -xdev -name '*.alpod-*' | sed 's/^/left of it: /'
    exit 0
    """

  @Test func `of the whole rootless run, while etc fills up`() throws {
    // Room for so many pages: too few for the first file, for the second, …
    // The stand-in for apk does not survive a full disk as apk does.
    let rooms =
      !LiveTrial.hasApk ? [0] : LiveTrial.isWhole ? Array(0...14).map { $0 * 4 } : [0, 8, 16]
    let complaints = concurrently(rooms) { room in
      try Laboratory.with { machine in
        _ = try machine.script("true")
        let ending = try machine.script(
          """
          \(Self.tools)
          place=/etc
          told $place >/run/before
          small $place \(room)
          alpod run rootless --user admin --yes >/run/said 2>&1; status=$?
          \(Self.settled)
          """)
        let said = "\(ending.output)\(ending.errors)"
        if ending.status != 0
          || ["differs", "left of it", "crashed"].contains(where: ending.output.contains)
        {
          return ["\(room) KiB: \(said)"]
        }
        return []
      }
    }
    #expect(complaints == [])
  }

  @Test(arguments: [4])
  func `where there is no room for the journal nothing is changed`(_ room: Int) throws {
    try Laboratory.with { machine in
      try machine.write(Trial.plugin, to: "root/trial.lua")
      for (name, text) in Trial.files { try machine.write(text, to: "etc/\(name)") }
      let ending = try machine.script(
        """
        \(Self.tools)
        mkdir -p /var/lib/alpod
        told /etc >/run/before
        small /var/lib/alpod \(room)
        place=/var/lib/alpod
        alpod run /root/trial.lua --yes >/run/said 2>&1; status=$?
        [ $status = 1 ] || echo "differs: status $status"
        grep -q '/var/lib/alpod' /run/said || { echo "differs: no name"; cat /run/said; }
        told /etc >/run/after
        diff /run/before /run/after || echo "differs: changed without a journal"
        large /var/lib/alpod
        alpod recover --take-back >/run/recovered 2>&1 || { echo "differs: recover"; cat /run/recovered; }
        alpod run /root/trial.lua --yes >/run/said 2>&1 || { echo "differs: run"; cat /run/said; }
        alpod undo --yes >/run/said 2>&1 || { echo "differs: undo"; cat /run/said; }
        told /etc >/run/after
        diff /run/before /run/after || echo "differs: after the undo"
        """)
      try check(ending, "\(room) KiB")
    }
  }

  @Test func `one large file that does not fit leaves the small ones before it untouched`() throws {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "trial", summary = "Files", needs = { files = { "/etc/**" } },
          setup = function(host)
            host.file.write{ path = "/etc/motd", content = "small\\n" }
            host.file.write{ path = "/etc/large", content = string.rep("x", 300000) }
          end }
        """, to: "root/trial.lua")
      let ending = try machine.script(
        """
        \(Self.tools)
        place=/etc
        told /etc >/run/before
        small /etc 100
        alpod run /root/trial.lua --yes >/run/said 2>&1; status=$?
        [ $status = 1 ] || echo "differs: status $status"
        grep -q 'cannot create /etc/large' /run/said || { echo "differs: no name"; cat /run/said; }
        told /etc >/run/after
        diff /run/before /run/after || echo "differs: something was changed"
        \(Self.settled)
        """)
      try check(ending, "large")
    }
  }
}

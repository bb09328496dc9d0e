import Kernel
import Machines
import PlanSupport
import Planning
import Primitives
import Testing

@Suite(.enabled(if: ScratchRoot.canRunPrograms, "takes root and a static busybox"))
struct LivePodmanTests {
  @Test func `all that podman made by being started is told, in a line for each user`() throws {
    let scratch = try ScratchRoot()
    try scratch.write("/etc/passwd", "admin:x:1000:1000::/home/admin:/bin/sh\n")
    try scratch.write("/etc/group", "admin:x:1000:\n")
    try scratch.makeDirectory("/home/admin", mode: 0o777)
    try scratch.makeDirectory("/home/admin/.config", mode: 0o777)
    try scratch.makeDirectory("/run/libpod")
    try scratch.makeDirectory("/root")
    try scratch.program(
      "podman",
      """
      /bin/busybox mkdir -p "$HOME/.config/containers" "$HOME/.local/share/containers"
      /bin/busybox test "$USER" = root && /bin/busybox mkdir -p /run/containers
      /bin/busybox test "$USER" = root || /bin/busybox mkdir -p /tmp/storage-run-1000
      exit 0
      """)
    let podman = LivePodman(root: scratch.root, tools: ToolRunner(scratch.root))
    let admin = try #require(try scratch.machine.fact(Accounts.self).user("admin"))
    for user in [admin, nil, admin] {
      _ = try podman.runContainer(ContainerTrial(image: "x"), of: user)
    }
    let reason = "which podman made when it was started as"
    #expect(
      podman.leftovers == [
        "/home/admin/.local, /home/admin/.config/containers, /tmp/storage-run-1000, \(reason) admin to see that it works",
        "/root/.local, /root/.config, /run/containers, \(reason) root to see that it works",
      ])
  }

  @Test func `a container that does not end is removed, or told`() throws {
    for (script, isLeft) in [("[ \"$1\" != run ]", false), ("[ \"$1\" = image ]", true)] {
      let scratch = try ScratchRoot()
      try scratch.program("podman", script)
      let podman = LivePodman(root: scratch.root, tools: ToolRunner(scratch.root))
      _ = try podman.runContainer(ContainerTrial(image: "x"), of: nil)
      let calls = try scratch.calls()
      let run = try #require(calls.first { $0.hasPrefix("<run>") })
      let name = try #require(run.split(separator: "<").first { $0.hasPrefix("alpod-") })
      #expect(calls.last == "<rm><--force><--ignore><--time><0><\(name)")
      #expect(
        podman.leftovers
          == (isLeft
            ? ["the container \(name.dropLast()) of root, which could not be removed"] : []))
    }
  }
}

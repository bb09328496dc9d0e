import Kernel
import PlanSupport
import Primitives
import Testing
import Values

@Suite struct MachineCallTests {
  private func bench(_ change: (inout SmallMachine) -> Void = { _ in }) throws -> Bench {
    var machine = SmallMachine()
    change(&machine)
    return try Bench(machine)
  }

  @Test func `get says what the machine is`() throws {
    #expect(
      try bench().call("machine.get")
        == [
          "release": "3.20", "title": "Alpine 3.20", "offline": false, "container": .null,
          "openrc": "0.54-r1", "booted": true, "diskless": false,
        ])
  }

  @Test(arguments: [
    ("3.23.0\n", "3.23", "Alpine 3.23"), ("3.24.0_alpha20260101\n", "edge", "Alpine edge"),
    ("\n", nil, "Debian GNU/Linux 12 (bookworm)"),
  ])
  func `the release is what its packages are called by`(
    _ text: String, _ release: String?, _ title: String
  ) throws {
    let fields = try bench {
      $0.set("/etc/alpine-release", text)
      $0.set("/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n")
    }.call("machine.get").fields
    #expect(fields?["release"] == release.map(Value.string) ?? .null)
    #expect(fields?["title"] == .string(title))
  }

  @Test(
    arguments: [
      ("/run/.containerenv", "", "podman"), ("/.dockerenv", "", "docker"),
      ("/proc/1/environ", "A=b\u{0}container=lxc\u{0}", "lxc"),
    ] as [(MachinePath, String, String)])
  func `a container is known by what its maker leaves`(
    _ path: MachinePath, _ text: String, _ kind: String
  ) throws {
    #expect(
      try bench { $0.set(path, text) }.call("machine.get").fields?["container"] == .string(kind))
    // A directory that holds one does not run in it.
    let offline = try bench {
      $0.set(path, text)
      $0.isOffline = true
    }.call("machine.get").fields
    #expect(offline?["container"] == .null && offline?["booted"] == false)
  }

  // MARK: Users

  @Test func `a user is looked up in the machine's own files`() throws {
    #expect(
      try bench().call("user.get", "admin")
        == [
          "name": "admin", "uid": 1000, "gid": 1000, "home": "/home/admin", "shell": "/bin/sh",
          "groups": [1000, 10],
        ])
    #expect(try bench().call("user.get", "zoe") == .null)
  }

  @Test func `a user who must be there is missed with the users there are`() throws {
    #expect(
      try bench().refusal("user.get", ["name": "bbo", "required": true])
        == "there is no user bbo on this machine\ndid you mean bob? the login users here are: admin, bob"
    )
    let nobody = try bench { $0.set("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n") }
    #expect(
      nobody.refusal("user.get", ["name": "bob", "required": true]).hasSuffix(
        "there is no login user yet; make one with: adduser bob"))
  }

  @Test func `users whom somebody logs in as have a number from 1000 up and a shell`() throws {
    let bench = try bench {
      $0.append(
        "/etc/passwd",
        """
        low:x:999:999::/home/low:/bin/sh
        service:x:1002:1002::/var/empty:/sbin/nologin
        false:x:1003:1003::/var/empty:/bin/false
        torn:x:1004
        bad:x:abc:1:::/bin/sh
        :x:1005:1005::/home/x:/bin/sh
        zoe:x:1006:1006::/home/zoe:/bin/ash

        """)
    }
    #expect(try bench.call("user.list") == ["admin", "bob", "zoe"])
  }
}

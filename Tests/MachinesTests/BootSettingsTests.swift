import Kernel
import Machines
import PlanSupport
import Testing

/// What the service sysctl sets at boot.
@Suite struct BootSettingsTests {
  private func found(_ files: [(MachinePath, String)], _ key: String = "net.ipv4.ip_forward")
    throws -> BootSettings.Assignment?
  {
    var small = SmallMachine()
    for (path, text) in files { small.set(path, text) }
    return try small.machine().fact(BootSettings.self)[SysctlKey(key)]
  }

  @Test func `the last assignment counts, in the order in which files are read`() throws {
    let files: [(MachinePath, String)] = [
      ("/lib/sysctl.d/50.conf", "net.ipv4.ip_forward = 1\n"),
      ("/usr/lib/sysctl.d/10.conf", "net.ipv4.ip_forward = 2\n"),
      ("/etc/sysctl.d/10.conf", "net.ipv4.ip_forward = 3\n"),
      ("/etc/sysctl.d/20.conf", "x.y = 1\nnet/ipv4/ip_forward=4\n"),
      ("/etc/sysctl.conf", "net.ipv4.ip_forward=5\nnet.ipv4.ip_forward=6\n"),
    ]
    let expected: [(MachinePath, Int, String)] = [
      ("/lib/sysctl.d/50.conf", 1, "1"), ("/usr/lib/sysctl.d/10.conf", 1, "2"),
      ("/etc/sysctl.d/10.conf", 1, "3"), ("/etc/sysctl.d/20.conf", 2, "4"),
      ("/etc/sysctl.conf", 2, "6"),
    ]
    for count in files.indices {
      let assignment = try #require(try found(Array(files[...count])))
      #expect(assignment.file == expected[count].0 && assignment.line == expected[count].1)
      #expect(assignment.value == expected[count].2)
    }
  }

  @Test func `a file of the same name in etc takes the place of another`() throws {
    #expect(
      try found([
        ("/lib/sysctl.d/50.conf", "net.ipv4.ip_forward = 1\n"),
        ("/etc/sysctl.d/50.conf", "# none\n"),
      ]) == nil)
  }

  @Test(arguments: [
    ("net.ipv4.ip_forward = 1", "1"), ("  net.ipv4.ip_forward\t=\t1  0 ", "1 0"),
    ("-net.ipv4.ip_forward=1", "1"), ("net/ipv4/ip_forward=1\r", "1"),
    ("net.ipv4.ip_forward=", ""), ("net.ipv4.ip_forward = a = b", "a = b"),
  ])
  func `a line is a name and a value`(_ line: String, _ value: String) throws {
    #expect(try found([("/etc/sysctl.conf", line)])?.value == value)
  }

  @Test(arguments: [
    "# net.ipv4.ip_forward = 1", "; net.ipv4.ip_forward = 1", "net.ipv4.ip_forward",
    "net.ipv4.ip_forward2 = 1", "ip_forward = 1",
  ])
  func `anything else is none`(_ line: String) throws {
    #expect(try found([("/etc/sysctl.conf", line)]) == nil)
  }

  @Test func `dots and slashes change places, whichever comes first`() {
    #expect(SysctlKey("net.ipv4.conf.eth0/1.x") == SysctlKey("net/ipv4/conf/eth0.1/x"))
    #expect(SysctlKey("net/ipv4/conf/eth0.1/x").name == "net.ipv4.conf.eth0/1.x")
    #expect(SysctlKey("net.ipv4.x").file == "/proc/sys/net/ipv4/x")
  }
}

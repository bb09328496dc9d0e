import Kernel
import Machines
import Testing

@Suite struct CgroupsTests {
  private func cgroups(
    mounted: String? = "sysfs", openrc: String? = "0.54-r1", rcConf: String? = nil,
    isOffline: Bool = false
  ) throws -> Cgroups {
    var files: [MachinePath: String] = ["/sys/fs/cgroup/.keep": ""]
    if let openrc { files["/lib/apk/db/installed"] = "P:openrc\nV:\(openrc)\n\n" }
    if let rcConf { files["/etc/rc.conf"] = rcConf }
    return try machine(
      files, fileSystems: mounted.map { ["/sys/fs/cgroup": $0] } ?? [:], isOffline: isOffline
    ).fact(Cgroups.self)
  }

  @Test(arguments: [
    ("cgroup2", Cgroups.Mode.unified), ("tmpfs", .hybrid), ("sysfs", .none), ("overlay", .none),
    ("0x1234", .none),
  ])
  func `what is mounted is told by the file system alone`(_ kind: String, _ mode: Cgroups.Mode)
    throws
  {
    #expect(try cgroups(mounted: kind).mounted == mode)
  }

  @Test func `nothing is mounted where there is no /sys, and nothing known where nothing runs`()
    throws
  {
    #expect(try machine([:]).fact(Cgroups.self).mounted == Cgroups.Mode.none)
    #expect(try cgroups(mounted: "cgroup2", isOffline: true).mounted == nil)
  }

  @Test(arguments: [
    ("0.45.2-r0", "hybrid"), ("0.48-r1", "hybrid"), ("0.50-r0", "hybrid"), ("0.51-r0", "unified"),
    ("0.51", "unified"), ("0.51_rc1-r0", "hybrid"), ("0.52.1-r2", "unified"),
    ("0.54-r1", "unified"), ("0.63.3-r0", "unified"), ("0.100-r0", "unified"),
    ("1.0-r0", "unified"),
  ])
  func `OpenRC's own choice changed with 0.51`(_ version: String, _ mode: String) throws {
    #expect(try cgroups(openrc: version).configured == mode)
  }

  @Test func `without OpenRC it is that of today`() throws {
    #expect(try cgroups(openrc: nil).configured == "unified")
  }

  @Test(arguments: [
    ("rc_cgroup_mode=\"hybrid\"\n", "hybrid"), ("rc_cgroup_mode='legacy'", "legacy"),
    ("rc_cgroup_mode=unified # why\n", "unified"), ("  rc_cgroup_mode=\"legacy\"\r\n", "legacy"),
    ("rc_cgroup_mode=legacy\nrc_cgroup_mode=hybrid\n", "hybrid"),
    ("#rc_cgroup_mode=\"legacy\"\n", "unified"), ("# rc_cgroup_mode=legacy\n", "unified"),
    ("rc_cgroup_mode_x=legacy\n", "unified"), ("rc_controller_cgroups=\"YES\"\n", "unified"),
    ("", "unified"),
  ])
  func `rc.conf says otherwise, the last line of it`(_ text: String, _ mode: String) throws {
    #expect(try cgroups(rcConf: text).configured == mode)
  }

  @Test(arguments: ["rc_cgroup_mode=\"\"\n", "rc_cgroup_mode=\n"])
  func `an empty setting is none`(_ text: String) throws {
    #expect(try cgroups(rcConf: text).configured == "unified")
    #expect(try cgroups(openrc: "0.48-r1", rcConf: text).configured == "hybrid")
  }

  @Test func `a service that is started later is seen`() throws {
    let model = try machine(
      ["/sys/fs/cgroup/.keep": ""], fileSystems: ["/sys/fs/cgroup": "sysfs"])
    #expect(try model.fact(Cgroups.self).mounted == Cgroups.Mode.none)
    model.mount(.cgroup2, at: "/sys/fs/cgroup")
    #expect(try model.fact(Cgroups.self).mounted == .unified)
  }
}

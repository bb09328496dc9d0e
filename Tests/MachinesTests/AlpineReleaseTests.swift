import Kernel
import Machines
import Testing

@Suite struct AlpineReleaseTests {
  private func release(_ files: [MachinePath: String]) throws -> AlpineRelease {
    try machine(files).fact(AlpineRelease.self)
  }

  @Test(arguments: [
    ("3.20.3\n", "3.20", "v3.20", "Alpine 3.20"), ("3.20.3", "3.20", "v3.20", "Alpine 3.20"),
    (" 3.18.0 \r\n", "3.18", "v3.18", "Alpine 3.18"), ("3.9\n", "3.9", "v3.9", "Alpine 3.9"),
    ("3.23.0_rc2\n", "3.23", "v3.23", "Alpine 3.23"),
    ("3.20.3\nwhatever\n", "3.20", "v3.20", "Alpine 3.20"),
  ])
  func `a release has a series, a branch and a title`(
    _ text: String, _ series: String, _ branch: String, _ title: String
  ) throws {
    let release = try release(["/etc/alpine-release": text])
    #expect(release.series == series)
    #expect(release.branch == branch)
    #expect(release.title == title)
  }

  @Test(arguments: ["3.23.0_alpha20250612\n", "edge\n", "20240101\n"])
  func `what names no release is edge`(_ text: String) throws {
    let release = try release(["/etc/alpine-release": text])
    #expect(release.series == nil)
    #expect(release.branch == "edge")
    #expect(release.title == "Alpine edge")
  }

  @Test(arguments: [
    (
      "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
      "Debian GNU/Linux 12 (bookworm)"
    ),
    ("ID=void\r\nPRETTY_NAME=Void\r\n", "Void"),
    ("NAME=x\n#PRETTY_NAME=\"commented\"\n", "an unknown system"), ("", "an unknown system"),
  ])
  func `another system goes by its own name and has no branch`(_ text: String, _ name: String)
    throws
  {
    for files: [MachinePath: String] in [
      ["/etc/os-release": text], ["/etc/os-release": text, "/etc/alpine-release": ""],
      ["/etc/os-release": text, "/etc/alpine-release": " \n"],
    ] {
      let release = try release(files)
      #expect(release.version == nil && release.series == nil && release.branch == nil)
      #expect(release.title == name)
    }
  }

  @Test func `Alpine's own file counts, whatever os-release says`() throws {
    let release = try release([
      "/etc/alpine-release": "3.20.3\n", "/etc/os-release": "PRETTY_NAME=\"My Appliance\"\n",
    ])
    #expect(release == AlpineRelease(version: "3.20.3", name: "Alpine Linux"))
  }

  @Test(arguments: [
    ("http://m.example/alpine/v3.20/main", "v3.20"), ("/media/v3.9/apks", "v3.9"),
    ("https://m.example/edge/testing", "edge"), ("http://v3.m.example/alpine/v3.20/main", "v3.20"),
    ("http://vienna.example/alpine/v3.20/main", "v3.20"),
  ])
  func `a repository names its branch`(_ url: String, _ branch: String) {
    #expect(AlpineRelease.branch(in: url) == branch)
  }

  @Test(arguments: [
    "http://vienna.example/alpine/latest-stable/main", "/media/sda1/apks", "http://m/v3/main", "",
    "http://m/v/main", "http://edge.example/main", "http://m/v3.20-test/main",
    "http://m/x3.20/main",
  ])
  func `others name none`(_ url: String) {
    #expect(AlpineRelease.branch(in: url) == nil)
  }

  @Test func `bytes that are no text end nothing`() throws {
    let odd = try machine("/etc/alpine-release", [0xff, 0xfe, 0x0a]).fact(AlpineRelease.self)
    #expect(odd.branch == "edge")
    #expect(
      try machine("/etc/os-release", [UInt8]("PRETTY_NAME=") + [0xff]).fact(AlpineRelease.self)
        .title == "\u{fffd}")
  }
}

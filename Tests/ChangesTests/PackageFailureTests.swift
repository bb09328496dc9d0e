import Testing

@testable import Changes

/// Why apk cannot bring packages, out of what 2.14 and 3 print.
@Suite struct PackageFailureTests {
  private static let main = "http://mirror.example/alpine/v3.20/main"
  private static let community = "http://mirror.example/alpine/v3.20/community"

  private func reason(
    _ complaint: String, release: String? = "v3.20",
    repositories: [String] = [main, community]
  ) -> PackageFailure {
    PackageFailure.reason(in: complaint, release: release, repositories: repositories)
  }

  private let missing = """
    ERROR: unable to select packages:
      foo (no such package):
        required by: world[foo]
      bar (no such package):
        required by: world[bar]

    """

  @Test func `with every index at hand a missing package is no such package`() {
    #expect(reason(missing) == .noSuchPackage(["foo", "bar"]))
    #expect(reason(missing, release: nil) == .noSuchPackage(["foo", "bar"]))
    #expect(reason(missing, repositories: []) == .noSuchPackage(["foo", "bar"]))
  }

  @Test(arguments: [
    (
      "WARNING: updating and opening \(main): temporary error (try again later)", main,
      "temporary error (try again later)"
    ),
    (
      "WARNING: updating and opening \(main)/x86_64/APKINDEX.tar.gz: DNS: transient error (try again later)",
      main + "/x86_64/APKINDEX.tar.gz", "DNS: transient error (try again later)"
    ), ("WARNING: updating and opening \(main): IO ERROR", main, "IO ERROR"),
    ("WARNING: opening \(main): Permission denied", main, "Permission denied"),
  ])
  func `with an index that cannot be fetched it is the network`(
    _ warning: String, _ url: String, _ detail: String
  ) {
    #expect(reason(warning + "\n" + missing) == .noNetwork(repositories: [url], detail: detail))
    // Also where apk says nothing but that.
    #expect(reason(warning + "\n") == .noNetwork(repositories: [url], detail: detail))
  }

  @Test(arguments: [
    (
      "ERROR: unable to select packages:\n  alpine-base\r (no such package):\n"
        + "    required by: world[alpine-base\r]\n  podman\r (no such package):\n",
      "/etc/apk/world", "alpine-base"
    ),
    (
      "ERROR: 'vim\r' is not a valid world dependency, format is name(@tag)([<>~=]version)\n",
      "/etc/apk/world", "vim"
    ),
    (
      "WARNING: opening /srv/apk\r: No such file or directory\nERROR: unable to select packages:\n"
        + "  iptables (no such package):\n    required by: world[iptables]\n",
      "/etc/apk/repositories", "/srv/apk"
    ),
    (
      "WARNING: updating and opening \(main)\r/x86_64/APKINDEX.tar.gz: IO ERROR\n",
      "/etc/apk/repositories", main
    ),
  ])
  func `a carriage return at the end of a line is told with its file`(
    _ complaint: String, _ file: String, _ line: String
  ) {
    let found = reason(complaint)
    #expect(found == .carriageReturn(in: file, line: line))
    #expect(found.description.contains("`dos2unix \(file)`"))
  }

  @Test func `without an index in the cache, and no leave to fetch one, it is the index`() {
    let warnings = [Self.main, Self.community].map {
      "WARNING: opening from cache \($0): No such file or directory\n"
    }.joined()
    #expect(reason(warnings + missing) == .noIndex([Self.main, Self.community]))
    // One that was to be fetched and could not be says more.
    #expect(
      reason(
        warnings + "WARNING: updating and opening http://other.example/x: IO ERROR\n" + missing)
        == .noNetwork(
          repositories: [Self.main, Self.community, "http://other.example/x"],
          detail: "No such file or directory"))
  }

  @Test(arguments: [
    "http://mirror.example/alpine/v3.19/main", "http://mirror.example/alpine/edge/main",
    "http://mirror.example/alpine/v3.20.1/main",
  ])
  func `with repositories of another release it is those, network or not`(_ url: String) {
    let failure = PackageFailure.wrongRelease(repositories: [url], release: "v3.20")
    #expect(reason(missing, repositories: [Self.main, url]) == failure)
    #expect(
      reason("WARNING: updating and opening \(url): IO ERROR\n" + missing, repositories: [url])
        == failure)
  }

  @Test(arguments: [
    "http://v3.example/alpine/v3.20/main", "http://mirror.example/alpine/v3.20/main", "/media/apks",
    "http://mirror.example/vendor/main", "http://mirror.example/latest-stable/main",
  ])
  func `a mirror that only looks like one is not blamed`(_ url: String) {
    #expect(reason(missing, repositories: [url]) == .noSuchPackage(["foo", "bar"]))
  }

  @Test func `on edge the repositories of a release are the wrong ones`() {
    #expect(
      reason(missing, release: "edge")
        == .wrongRelease(repositories: [Self.main, Self.community], release: "edge"))
  }

  @Test func `an index older than the mirror is that`() {
    #expect(
      reason(
        """
        (1/2) Installing crun (1.15-r0)
        ERROR: crun-1.15-r0: package mentioned in index not found (try 'apk update')
        1 error; 8 MiB in 14 packages
        """)
        == .staleIndex("crun-1.15-r0: package mentioned in index not found (try 'apk update')"))
  }

  @Test func `what cannot be together is shown in apk's words`() {
    let words = """
        fakepod-1.0-r0:
          breaks: fakeconf-1.0-r0[!fakepod]
          satisfies: world[fakepod]
      """
    #expect(reason("ERROR: unable to select packages:\n" + words) == .conflict(words))
    let version = "  podman-5.2.5-r0:\n    breaks: world[podman=9.9]"
    #expect(reason("ERROR: unable to select packages:\n\(version)\n") == .conflict(version))
  }

  @Test(arguments: [
    ("ERROR: Unable to lock database: Permission denied", PackageFailure.notPermitted),
    ("ERROR: Unable to open log: Permission denied", .notPermitted),
    ("ERROR: Unable to lock database: temporary error (try again later)", .locked),
    ("ERROR: Unable to lock database: Resource temporarily unavailable", .locked),
    ("ERROR: Unable to lock database: Interrupted system call", .locked),
    ("ERROR: Unable to read database state: No such file or directory", .noDatabase),
    ("ERROR: Unable to read database: No such file or directory", .noDatabase),
    (
      "ERROR: 'foo bar' is not a valid world dependency, format is name(@tag)([<>~=]version)",
      .malformedWorld(
        "'foo bar' is not a valid world dependency, format is name(@tag)([<>~=]version)")
    ),
    (
      "ERROR: Failed to open apk database: database file format error",
      .other("Failed to open apk database: database file format error")
    ),
    ("", .other("")),
  ])
  func `what else is wrong has a reason of its own`(_ complaint: String, _ failure: PackageFailure)
  {
    #expect(reason(complaint + "\n") == failure)
  }

  @Test func `a lock that another apk holds goes before what else is printed`() {
    #expect(
      reason(
        "ERROR: Unable to lock database: temporary error (try again later)\nERROR: Failed to open apk database: temporary error (try again later)\n"
      ) == .locked)
  }

  @Test func `of what nobody knows the last lines are shown`() {
    #expect(
      reason((1...9).map { "ERROR: line \($0)\n" }.joined())
        == .other("line 6\nline 7\nline 8\nline 9"))
  }

  // MARK: Words

  private static let all: [PackageFailure] = [
    .noSuchPackage(["x"]), .noNetwork(repositories: ["x"], detail: "y"), .noIndex(["x"]),
    .staleIndex("x"), .wrongRelease(repositories: ["x"], release: "y"), .conflict("x"),
    .malformedWorld("x"), .notPermitted, .locked, .noDatabase, .noProgram, .other("x"),
  ]

  @Test func `each reason has words of its own`() {
    #expect(Set(Self.all.map(\.description)).count == Self.all.count)
    #expect(Set(Self.all.map { $0.description.prefix(24) }).count == Self.all.count)
  }

  @Test func `each says what to do about it`() {
    #expect(
      "\(reason(missing))".hasSuffix("see whether the name is right and `apk update` has run"))
    #expect(
      "\(PackageFailure.noNetwork(repositories: ["a", "b"], detail: "IO ERROR"))"
        == "the package index of a, b cannot be fetched (IO ERROR): see whether the network and DNS work, then run the same command again"
    )
    #expect(
      "\(PackageFailure.noIndex(["a"]))".contains("run without --offline, or `apk update` first"))
    #expect("\(PackageFailure.staleIndex("a"))".contains("run `apk update`"))
    #expect(
      "\(PackageFailure.wrongRelease(repositories: ["a"], release: "v3.20"))".contains(
        "correct /etc/apk/repositories"))
  }
}

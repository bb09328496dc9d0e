import Machines
import PlanSupport
import Testing

@testable import Changes
@testable import Kernel

/// How apk is called, and its answers out of the machine's own files.
@Suite struct ApkTests {
  @Test func `names stand behind the options, so that none is taken for one`() {
    #expect(
      "\(Apk.add(["podman", "-x"], options: ["--simulate"]))"
        == "apk --simulate --no-interactive --no-progress add -- podman -x")
    #expect("\(Apk.remove(["podman"]))" == "apk --no-interactive --no-progress del -- podman")
  }

  @Test func `apk speaks English, and reaches the network as its caller does`() {
    #expect(Apk.environment["LC_ALL"] == "C" && Apk.environment["HOME"] == "/root")
  }

  private func result(_ error: String, ending: CommandResult.Ending = .exited(1)) -> CommandResult {
    CommandResult(ending: ending, output: [], errorOutput: Array(error.utf8))
  }

  private let missing = "ERROR: unable to select packages:\n  foo (no such package):\n"

  private func reason(_ repositories: String) throws -> PackageFailure {
    var small = SmallMachine()
    small.set(Repositories.path, repositories)
    return Apk.reason(result(missing), machine: try small.machine())
  }

  @Test func `a package of another release's repository is missing for that reason`() throws {
    let url = "http://m.example/v3.19/main"
    #expect(try reason(url + "\n") == .wrongRelease(repositories: [url], release: "v3.20"))
    #expect(try reason("#\(url)\nhttp://m.example/v3.20/main\n") == .noSuchPackage(["foo"]))
  }

  @Test func `a tagged repository is another release's on purpose`() throws {
    #expect(
      try reason("http://m.example/v3.20/main\n@edge http://m.example/edge/testing\n")
        == .noSuchPackage(["foo"]))
  }

  @Test func `a machine whose files cannot be told is no reason to say nothing`() throws {
    #expect(
      Apk.reason(result(missing), machine: try SmallMachine.empty.machine())
        == .noSuchPackage(["foo"]))
    #expect(
      Apk.reason(result("", ending: .timedOut), machine: try SmallMachine().machine())
        == .other("it took too long and was ended"))
  }

  @Test(arguments: [
    (
      "podman-5.2.5-r0 installed size:\n34 MiB\n\ncrun-1.15-r0 installed size:\n512 KiB\n",
      34 << 20 | 512 << 10
    ),
    ("a installed size:\n1024\n", 1024), ("a installed size:\n17 B\n\n", 17),
    ("a installed size:\n1.5 GiB\n", 3 << 29), ("a installed size:\n0 B\n", 0),
    ("a installed size:\n\nb installed size:\n2 KiB\n", 2048),
  ])
  func `the sizes of packages add up`(_ text: String, _ bytes: Int) {
    #expect(Apk.totalSize(text) == bytes)
  }

  @Test(arguments: [
    "", "34 MiB\n", "a description:\n34 MiB\n", "a installed size:\n", "a installed size:\nmuch\n",
    "a installed size:\n-5 MiB\n", "a installed size:\nnan MiB\n", "a installed size:\n1e300 GiB\n",
    "a installed size:\ninf\n",
  ])
  func `what is no size is none`(_ text: String) {
    #expect(Apk.totalSize(text) == nil)
  }
}

import Machines
import Testing

/// The choice of packages on a simulated machine, as apk would choose them.
@Suite struct PackageSelectionTests {
  private func package(
    _ name: String, _ depends: [String] = [], provides: [String] = [], priority: Int = 0,
    installIf: [String] = [], in repository: String = "main"
  ) -> Catalog.Package {
    .init(
      name: name, version: "1-r0", repository: repository, depends: depends, provides: provides,
      priority: priority, installIf: installIf)
  }

  private func choice(
    _ packages: [Catalog.Package], _ constraints: [String], components: Set<String>? = nil
  ) -> PackageSelection.Result {
    PackageSelection(catalog: Catalog(packages: packages), components: components)
      .closure(of: constraints)
  }

  @Test func `what is asked for comes with all it needs, each once`() {
    let result = choice(
      [package("a", ["b", "c"]), package("b", ["c", "a"]), package("c"), package("d")], ["a", "c"])
    #expect(result.names.sorted() == ["a", "b", "c"])
    #expect(result.missing.isEmpty && result.conflicts.isEmpty)
  }

  @Test func `nothing asked for is nothing chosen`() {
    #expect(choice([package("a")], []).names.isEmpty)
    #expect(choice([], ["a"]).missing == ["a"])
  }

  @Test(arguments: ["a=1-r0", "a>=1", "a~1", "a@edge"])
  func `a version or a tag is no part of the name`(_ constraint: String) {
    #expect(choice([package("a")], [constraint]).names == ["a"])
  }

  @Test func `a name that several provide goes to the highest priority, then to the first by name`()
  {
    let crun = package("crun", provides: ["oci-runtime"], priority: 100)
    let runc = package("runc", provides: ["oci-runtime"])
    let krun = package("krun", provides: ["oci-runtime"])
    let podman = package("podman", ["oci-runtime"])
    #expect(choice([runc, crun, podman], ["podman"]).names.sorted() == ["crun", "podman"])
    #expect(choice([runc, krun, podman], ["podman"]).names.sorted() == ["krun", "podman"])
  }

  @Test func `a provider that is asked for is enough, wherever it stands`() {
    let packages = [
      package("crun", provides: ["oci-runtime"], priority: 100),
      package("runc", provides: ["oci-runtime"]), package("podman", ["oci-runtime"]),
    ]
    for asked in [["podman", "runc"], ["runc", "podman"]] {
      #expect(choice(packages, asked).names.sorted() == ["podman", "runc"])
    }
  }

  @Test func `a package in a component that is not enabled is not there`() {
    let packages = [
      package("a", ["oci-runtime"]), package("big", provides: ["oci-runtime"], in: "community"),
      package("podman", in: "community"),
    ]
    let result = choice(packages, ["a", "podman"], components: ["main"])
    #expect(result.names == ["a"])
    #expect(result.missing == ["oci-runtime", "podman"])
    #expect(choice(packages, ["a"], components: ["main", "community"]).missing.isEmpty)
  }

  @Test func `some come by themselves once all that they wait for is there`() {
    let packages = [
      package("podman"), package("openrc"), package("bash"),
      package("podman-openrc", ["later"], installIf: ["podman=5", "openrc"]), package("later"),
      package("later-doc", installIf: ["later"]), package("bash-completion", installIf: ["bash"]),
    ]
    #expect(choice(packages, ["podman"]).names == ["podman"])
    #expect(
      choice(packages, ["podman", "openrc"]).names.sorted() == [
        "later", "later-doc", "openrc", "podman", "podman-openrc",
      ])
  }

  @Test func `one that comes by itself does not from a component that is not enabled`() {
    let packages = [package("a"), package("b", installIf: ["a"], in: "community")]
    #expect(choice(packages, ["a"], components: ["main"]).names == ["a"])
  }

  @Test func `what refuses each other is named`() {
    let result = choice([package("a", ["!b"]), package("b"), package("c")], ["a", "b", "!c"])
    #expect(result.conflicts.map(\.package) == ["a"])
    #expect(result.conflicts.map(\.refused) == ["b"])
    let world = choice([package("a", ["b"]), package("b")], ["a", "!b"])
    #expect(world.conflicts.map(\.package) == ["world"])
  }

  @Test func `names that nobody has are sorted, whoever asks for them`() {
    let result = choice([package("a", ["so:z", "cmd:y"])], ["a", "b"])
    #expect(result.missing == ["b", "cmd:y", "so:z"])
    #expect(result.names == ["a"])
  }
}

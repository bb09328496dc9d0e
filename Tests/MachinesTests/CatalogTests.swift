import Kernel
import Machines
import Testing

@Suite struct CatalogTests {
  private let file = Catalog.File(
    path: "/etc/x.conf", content: .state(.file(content: [], access: .init(mode: 0o644))))

  @Test func `files are those of the package, and none of one that brings nothing`() {
    let catalog = Catalog(
      packages: [
        .init(name: "x", version: "1", repository: "main", files: [file]),
        .init(name: "libx", version: "1", repository: "main", files: [file]),
        .init(name: "y", version: "1", repository: "main"),
      ], bringsNothing: ["crun"])
    #expect(catalog.files(of: "x") == [file])
    #expect(catalog.files(of: "libx") == [file])
    #expect(catalog.files(of: "y") == [])
    #expect(catalog.files(of: "crun") == [])
  }

  @Test(arguments: [
    "libseccomp", "py3-yaml", "podman-doc", "x-libs", "x-dev", "x-static", "x-lang", "x-pyc",
    "x-dbg",
    "podman-bash-completion", "podman-zsh-completion", "podman-fish-completion",
    "ncurses-terminfo-base", "ca-certificates-bundle",
  ])
  func `by their names some packages hold nothing that set-up looks at`(_ name: String) {
    #expect(Catalog.empty.files(of: name) == [])
  }

  @Test(arguments: ["podman", "podman-openrc", "x-lib", "doc", "py-yaml", "devel", "slib"])
  func `of others nobody knows`(_ name: String) {
    #expect(Catalog.empty.files(of: name) == nil)
  }

  @Test func `of two packages with a name the last one counts`() {
    let catalog = Catalog(packages: [
      .init(name: "x", version: "1", repository: "main"),
      .init(name: "x", version: "2", repository: "main"),
    ])
    #expect(catalog.packages["x"]?.version == "2")
  }

  @Test func `a file whose content nobody knows is one that arrives`() throws {
    let model = ModelMachine(over: nil)
    try model.put(Node(.arriving(.init(mode: 0o640))), at: "/etc/y", origin: nil)
    try model.put(Node(file.content), at: "/etc/x", origin: nil)
    #expect(try model.status("/etc/y")?.mode == 0o640)
    #expect(throws: ReadFailure.self) { try model.read("/etc/y") }
    #expect(try model.read("/etc/x") == [])
  }
}

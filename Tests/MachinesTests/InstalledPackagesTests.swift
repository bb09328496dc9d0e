import Kernel
import Machines
import Testing

@Suite struct InstalledPackagesTests {
  private func packages(_ text: String) throws -> InstalledPackages {
    try machine([InstalledPackages.path: text]).fact(InstalledPackages.self)
  }

  @Test func `a record ends with an empty line, the last one with the file`() throws {
    for end in ["", "\n", "\n\n", "\n\n\n"] {
      let packages = try packages(
        "\nP:a\nV:1-r0\n\n\nP:b\nV:2-r0\nD:a>=1 !c\nF:usr\nR:b\nZ:Q1x=" + end)
      #expect(packages.names.sorted() == ["a", "b"])
      #expect(packages["a"]?.version == "1-r0")
      #expect(packages["b"]?.version == "2-r0")
      #expect(packages["b"]?.broken == "" && packages["b"]?.provides == [])
      #expect(packages["c"] == nil)
    }
  }

  @Test func `what one record says is not said of the next`() throws {
    let packages = try packages("P:a\nV:1\nf:s\np:cmd:x=1 so:y=2\n\nP:b\nV:2\n\nV:3\np:z\n\n")
    #expect(packages["a"]?.broken == "s")
    #expect(packages["a"]?.provides == ["cmd:x=1", "so:y=2"])
    #expect(packages["b"]?.broken == "" && packages["b"]?.provides == [])
    #expect(packages.all.count == 2)
  }

  @Test(arguments: ["s", "f", "x", "fs", "sfx"])
  func `a package that is broken says how, whatever apk exited with`(_ letters: String) throws {
    #expect(try packages("P:a\nV:1\nf:\(letters)\n\n")["a"]?.broken == letters)
  }

  @Test func `a file's own lines say nothing of the package`() throws {
    // F: is a directory, f: what is broken; a: and R: and Z: are of files.
    let packages = try packages(
      "P:a\nV:1\nF:etc\nM:0:0:1777\nR:passwd\na:0:0:644\nZ:Q1abc\nr:x\n\n")
    #expect(packages["a"]?.broken == "")
    #expect(packages["a"]?.version == "1")
  }

  @Test(arguments: [
    "", "\n\n", "garbage", "P\nV\n\n", "P:\nV:1\n\n", ":a\n::\n\n", "\u{0}\u{0}", "V:1\n\n",
    "PP:a\n\n",
  ])
  func `what is no record is no package, and the database is there`(_ text: String) throws {
    let packages = try packages(text)
    #expect(packages.exists && packages.names.isEmpty)
  }

  @Test func `without the file there is no database`() throws {
    let packages = try machine([:]).fact(InstalledPackages.self)
    #expect(!packages.exists && packages.names.isEmpty)
  }

  @Test func `a name is answered by its package first, then by whoever provides it`() throws {
    let packages = try packages(
      """
      P:podman-docker
      V:5.2.5-r0
      p:docker=5.2.5-r0 docker-cli=5.2.5-r0

      P:another
      V:1
      p:docker cmd:docker=1 dockerfile=1

      P:shadow-subids
      V:4.15.1-r0
      p:shadow-uidmap=4.15.1-r0 cmd:newuidmap=4.15.1-r0


      """)
    #expect(packages.provider(of: "podman-docker")?.name == "podman-docker")
    #expect(packages.provider(of: "docker")?.name == "another")
    #expect(packages.provider(of: "docker-cli")?.name == "podman-docker")
    #expect(packages.provider(of: "shadow-uidmap")?.version == "4.15.1-r0")
    #expect(packages.provider(of: "cmd:newuidmap")?.name == "shadow-subids")
    #expect(packages.provider(of: "docke") == nil)
    #expect(packages.provider(of: "shadow") == nil)
  }

  @Test func `bytes that are no text, and a record twice, end nothing`() {
    let bytes = [UInt8]("P:a\nV:1\nT:") + [0xff, 0xfe, 0x0a, 0x0a] + [UInt8]("P:a\nV:2\n\n")
    let packages = InstalledPackages(exists: true, packages: InstalledPackages.parse(bytes))
    #expect(packages["a"]?.version == "2")
  }

  @Test func `a database of many packages is read whole`() {
    let text = (0..<5000).map { "P:p\($0)\nV:\($0)-r0\nF:usr/lib\nR:x\nZ:Q1\n\n" }.joined()
    let packages = InstalledPackages(exists: true, packages: InstalledPackages.parse([UInt8](text)))
    #expect(packages.names.count == 5000)
    #expect(packages["p4999"]?.version == "4999-r0")
  }
}

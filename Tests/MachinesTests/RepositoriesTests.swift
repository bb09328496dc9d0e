import Kernel
import Machines
import Testing

@Suite struct RepositoriesTests {
  private func lines(_ text: String) -> [Repositories.Line] {
    Repositories.parse([UInt8](text), file: Repositories.path)
  }

  @Test(arguments: [
    ("http://mirror.example/alpine/v3.20/main", "http://mirror.example/alpine/v3.20", "main"),
    (
      "https://mirror.example/alpine/edge/community/", "https://mirror.example/alpine/edge",
      "community"
    ),
    ("/media/sda1/apks", "/media/sda1", "apks"), ("/srv/apks//", "/srv", "apks"),
    ("ftp://h/main", "ftp://h", "main"), ("/", "", ""),
  ])
  func `a line is a URL or a path, of a mirror and a component`(
    _ url: String, _ mirror: String, _ component: String
  ) throws {
    for text in [url, url + "\n", "  \(url)\t\r\n"] {
      let line = try #require(lines(text).first)
      #expect(!line.isCommentedOut && line.tag == nil && line.number == 1)
      #expect(line.mirror == mirror && line.component == component)
    }
  }

  @Test(arguments: ["#", "# ", "## ", "#\t#"])
  func `one that is commented out is known as such`(_ mark: String) throws {
    let line = try #require(lines("\n" + mark + "http://m/v3.20/community\n").first)
    #expect(line.isCommentedOut && line.number == 2)
    #expect(line.url == "http://m/v3.20/community")
  }

  @Test func `a tag goes before it`() throws {
    let found = lines("@edge http://m/edge/main\n#@testing  http://m/edge/testing\n@ /x\n")
    #expect(found.map(\.tag) == ["edge", "testing", ""])
    #expect(found.map(\.isCommentedOut) == [false, true, false])
  }

  @Test(arguments: [
    "", "\n", "#\n", "# Repositories of this machine\n", "http://m/main # trailing\n",
    "http://m/v3.20 main community\n", "@edge\n", "v2 http://m/main\n", "set -default x=y\n",
    "${mirror}/main\n", "mirror.example/alpine/main\n", "main\n", "# see http://wiki.example/x\n",
  ])
  func `what both apks do not read alike is no repository`(_ text: String) {
    #expect(lines(text).isEmpty)
  }

  @Test func `the files beside it count, those that end in .list`() throws {
    let repositories = try machine([
      Repositories.path: "http://m/v3.20/main\n#http://m/v3.20/community\n",
      "/etc/apk/repositories.d/b.list": "\nhttp://m/v3.20/community\n",
      "/etc/apk/repositories.d/a.list": "/srv/apks",
      "/etc/apk/repositories.d/c.list.off": "http://m/no\n",
    ]).fact(Repositories.self)
    #expect(
      repositories.active.map(\.url) == [
        "http://m/v3.20/main", "/srv/apks", "http://m/v3.20/community",
      ])
    #expect(repositories.lines.map(\.number) == [1, 2, 1, 2])
    #expect(repositories.active.last?.file == "/etc/apk/repositories.d/b.list")
  }

  @Test func `without a file there is none, and bytes that are no text end nothing`() throws {
    #expect(try machine([:]).fact(Repositories.self).lines.isEmpty)
    #expect(Repositories.parse([0xff, 0x2f, 0x0a, 0x2f, 0xff], file: "/x").map(\.number) == [2])
  }
}

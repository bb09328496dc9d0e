import Changes
import Kernel
import PlanSupport
import Primitives
import Testing
import Values

/// Repositories beside the machine's own mirror, and the keys that their packages are signed with.
@Suite struct OtherRepositoryTests {
  private let file: MachinePath = "/etc/apk/repositories"
  private let own = """
    http://mirror.example/alpine/v3.20/main
    #http://mirror.example/alpine/v3.20/community

    """
  private let key = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"

  @Test func `a repository comes at the end, once, without the slash behind it`() throws {
    let bench = try Bench()
    try bench.call("repository.add", ["url": "https://packages.example/v3.20/site/"])
    try bench.call("repository.add", ["url": "https://packages.example/v3.20/site"])
    #expect(try bench.text(file) == own + "https://packages.example/v3.20/site\n")
    let change = try #require(try bench.changes().first)
    #expect(change.summary == "take packages from https://packages.example/v3.20/site")
    #expect(change.needs == [.packageTrust("https://packages.example/v3.20/site")])
    #expect(try bench.changes().count == 1)
  }

  @Test func `one with a tag is taken for those who ask by it`() throws {
    let bench = try Bench()
    let wish: Value = ["url": "http://mirror.example/alpine/edge/testing", "tag": "testing"]
    try bench.call("repository.add", wish)
    #expect(
      try bench.text(file) == own + "@testing http://mirror.example/alpine/edge/testing\n")
    #expect(
      try bench.summaries() == [
        "take packages from http://mirror.example/alpine/edge/testing, for those with @testing"
      ])
    try bench.call("repository.add", wish)
    #expect(try bench.changes().count == 1)
    // Without the tag it is another thing.
    try bench.call("repository.add", ["url": "http://mirror.example/alpine/edge/testing"])
    #expect(
      try bench.text(file)?.hasSuffix("\nhttp://mirror.example/alpine/edge/testing\n") == true)
  }

  @Test func `a line that is commented out is taken into use`() throws {
    var machine = SmallMachine()
    machine.append(file, "# @site /media/usb/site\n")
    let bench = try Bench(machine)
    try bench.call("repository.add", ["url": "/media/usb/site", "tag": "site"])
    #expect(try bench.text(file) == own + "@site /media/usb/site\n")
  }

  @Test func `one of another release is refused, unless it has a tag`() throws {
    let bench = try Bench()
    #expect(
      bench.refusal("repository.add", ["url": "http://mirror.example/alpine/v3.19/main"])
        .contains("v3.19"))
    #expect(try bench.changes().isEmpty)
    try bench.call(
      "repository.add", ["url": "http://mirror.example/alpine/v3.19/main", "tag": "old"])
    #expect(try bench.changes().count == 1)
  }

  @Test(arguments: [
    "", "ftp://mirror.example/x", "https://", "mirror.example/x", "@edge https://x", "-x",
    "https://x/a b", "https://x/\u{e9}", "/srv/../etc", "javascript:x", "file:///srv",
  ])
  func `what is no URL or path is refused`(_ url: String) throws {
    let bench = try Bench()
    #expect(
      bench.refusal("repository.add", ["url": .string(url)])
        == "host.repository.add: url must be a URL (http or https) or an absolute path, not \"\(url)\""
    )
    #expect(try bench.changes().isEmpty)
  }

  @Test(arguments: ["", "@edge", "a b", "a\u{e9}"])
  func `what is no tag is refused`(_ tag: String) throws {
    let bench = try Bench()
    #expect(
      bench.refusal("repository.add", ["url": "/srv/x", "tag": .string(tag)])
        == "host.repository.add: \"\(tag)\" is no tag of a repository")
  }

  @Test func `a call that names no one repository is refused`() throws {
    let bench = try Bench()
    for wish: Value in [
      ["tag": "x"], ["component": "main", "url": "/srv/x"],
    ] {
      #expect(
        bench.refusal("repository.add", wish)
          == "host.repository.add takes either a component or a url")
    }
    #expect(
      bench.refusal("repository.add", ["component": "main", "tag": "x"])
        == "host.repository.add: a component of the machine's own release has no tag")
  }

  @Test func `the need names the repository itself`() throws {
    let needs = Needs(allowed: ["apk.trust": ["https://good.example/*", "good-*.rsa.pub"]])
    let bench = try Bench(needs: needs)
    try bench.call("repository.add", ["url": "https://good.example/v3.20/x"])
    #expect(
      bench.refusal("repository.add", ["url": "https://evil.example/v3.20/x"]).hasPrefix(
        "the plugin's needs do not cover apk.trust \"https://evil.example/v3.20/x\""))
    try bench.call("key.add", ["name": "good-1.rsa.pub", "content": .string(key)])
    #expect(
      bench.refusal("key.add", ["name": "evil-1.rsa.pub", "content": .string(key)]).hasPrefix(
        "the plugin's needs do not cover apk.trust \"evil-1.rsa.pub\""))
  }

  // MARK: key.add

  @Test func `a key lies under its name, readable by all, once`() throws {
    let bench = try Bench()
    let wish: Value = ["name": "site-5f1c.rsa.pub", "content": .string(key)]
    try bench.call("key.add", wish)
    try bench.call("key.add", wish)
    #expect(try bench.text("/etc/apk/keys/site-5f1c.rsa.pub") == key)
    #expect(try bench.machine.status("/etc/apk/keys/site-5f1c.rsa.pub")?.mode == 0o644)
    let change = try #require(try bench.changes().last)
    #expect(change.summary == "trust packages signed with the key site-5f1c.rsa.pub")
    #expect(change.needs == [.packageTrust("site-5f1c.rsa.pub")])
    #expect(try bench.changes().count == 1)
  }

  @Test(arguments: [
    "", "site.pub", ".rsa.pub", ".x.rsa.pub", "../x.rsa.pub", "a/b.rsa.pub", "-x.rsa.pub",
    "a b.rsa.pub",
  ])
  func `what is no key's name is refused`(_ name: String) throws {
    let bench = try Bench()
    #expect(
      bench.refusal("key.add", ["name": .string(name), "content": .string(key)])
        == "host.key.add: \"\(name)\" is no key's name; it ends with .rsa.pub")
    #expect(try bench.changes().isEmpty)
  }

  @Test func `what is no public key is refused, a private one first of all`() throws {
    let bench = try Bench()
    let large = key + String(repeating: "a", count: 20_000)
    for text in ["", "hello", "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n", large] {
      #expect(
        bench.refusal("key.add", ["name": "x.rsa.pub", "content": .string(text)]).hasPrefix(
          "host.key.add: content is no public key"))
    }
  }

  @Test func `two contents of one key are an error`() throws {
    let bench = try Bench()
    try bench.call("key.add", ["name": "x.rsa.pub", "content": .string(key)], by: "one")
    #expect(
      bench.refusal("key.add", ["name": "x.rsa.pub", "content": .string(key + "\n")], by: "two")
        .contains("wants the package key x.rsa.pub to be"))
  }
}

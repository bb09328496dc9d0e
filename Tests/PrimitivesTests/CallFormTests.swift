import PlanSupport
import Primitives
import Testing
import Values

/// How arguments may be written, and which calls there are.
@Suite struct CallFormTests {
  private func arguments(_ name: String, _ given: Value...) throws -> Arguments {
    let primitive = try #require(HostAPI.primitive(named: name))
    return try Arguments(given, for: primitive.signature)
  }

  private func problem(_ name: String, _ given: Value...) -> String {
    guard let primitive = HostAPI.primitive(named: name) else { return "there is no \(name)" }
    do {
      _ = try Arguments(given, for: primitive.signature)
      return "it was taken"
    } catch { return "\(error)" }
  }

  @Test func `the first field may stand alone`() throws {
    #expect(try arguments("apk.get", "podman").text("name") == "podman")
    #expect(try arguments("file.read", "/etc/motd").path("path") == "/etc/motd")
  }

  @Test func `a list may stand alone where the first field is one, and so may its one item`() throws
  {
    #expect(
      try arguments("module.load", ["tun", "fuse"]).texts("names") == ["tun", "fuse"])
    #expect(try arguments("module.load", "tun").texts("names") == ["tun"])
  }

  @Test func `a name may stand for a table whose first field it is`() throws {
    for given: Value in ["podman", ["podman"], [["name": "podman"]], ["packages": ["podman"]]] {
      #expect(try arguments("apk.add", given)["packages"] == [["name": "podman"]])
    }
    let both = try arguments("apk.add", ["podman", ["name": "crun", "version": "1.15-r0"]])
    #expect(
      both["packages"] == [["name": "podman"], ["name": "crun", "version": "1.15-r0"]])
    #expect(
      problem("apk.add", [["name": "crun", "versoin": "1"]])
        == "host.apk.add: packages[1] has no field 'versoin'; did you mean 'version'?")
    #expect(
      problem("apk.add", [["version": "1"]])
        == "host.apk.add: packages[1] lacks the field 'name': the package")
  }

  @Test func `a table's list part is the first field, beside the named ones`() throws {
    // { "podman", "crun", allow_remove = { "runc" } }
    let given: Value = ["1": "podman", "2": "crun", "allow_remove": ["runc"]]
    let taken = try arguments("apk.add", given)
    #expect(taken["packages"] == [["name": "podman"], ["name": "crun"]])
    #expect(taken.texts("allow_remove") == ["runc"])
    #expect(try arguments("user.get", ["1": "admin", "required": true]).text("name") == "admin")
  }

  @Test func `the first field is given once`() {
    #expect(
      problem("apk.add", ["1": "podman", "packages": ["crun"]])
        == "host.apk.add: unknown field '1'; it takes packages, allow_remove")
  }

  @Test func `a list where one value belongs is refused with an example`() {
    #expect(
      problem("apk.get", ["podman", "crun"])
        == "host.apk.get: name must be a package name, not a list of 2: host.apk.get(\"podman\").version"
    )
    #expect(
      problem("user.get", ["1": "admin", "2": "bob", "required": true]).hasPrefix(
        "host.user.get: name must be a login name, not a list of 2"))
  }

  @Test func `more than one argument is refused with an example`() {
    #expect(
      problem("file.write", "/etc/motd", "hello")
        == "host.file.write takes one table: host.file.write{ path = \"/etc/motd\", content = \"hello\\n\" }"
    )
  }

  @Test func `an item of a list that is wrong is named by its place`() {
    #expect(
      problem("apk.add", ["packages": ["podman", "--repository=x"]])
        == "host.apk.add: packages[2] must be a package name, not \"--repository=x\"")
    #expect(
      problem("apk.add", ["podman", .function])
        == "host.apk.add: packages[2] must be a package name, not a function")
  }

  @Test(arguments: ["machine.get", "cgroup.get", "user.list"])
  func `a call without fields takes none`(_ name: String) throws {
    _ = try arguments(name)
    _ = try arguments(name, [])
    _ = try arguments(name, .null)
    #expect(problem(name, "podman") == "host.\(name) takes no arguments")
    #expect(problem(name, ["podman"]) == "host.\(name) takes no arguments")
    #expect(problem(name, ["x": 1]).hasPrefix("host.\(name): unknown field 'x'"))
  }

  @Test func `a call that there is not is refused with the one that was meant`() throws {
    let bench = try Bench()
    #expect(
      bench.refusal("apk.ad", "podman")
        == "there is no call host.apk.ad; did you mean host.apk.add?")
    #expect(
      bench.refusal("apk.frobnicate", "podman")
        == "there is no call host.apk.frobnicate; host.apk has host.apk.add, host.apk.busy, host.apk.get, host.apk.missing, host.apk.restore"
    )
    let all = bench.refusal("frobnicate")
    #expect(
      all.hasPrefix(
        "there is no call host.frobnicate; host has apk, cgroup, command, container, file"))
    #expect(try bench.changes().isEmpty)
  }

  @Test func `calls that start programs are for probes alone`() throws {
    let probes = HostAPI.primitives.map { $0.signature }.filter(\.isProbe).map(\.name)
    #expect(probes == ["podman.map", "podman.info", "podman.run"])
    for name in probes {
      #expect(
        try Bench().refusal(name, ["user": "admin"])
          == "host.\(name) starts programs; only a plugin's `probe` may call it")
    }
  }

  @Test func `every call has what help and reference print of it`() {
    var names: Set<String> = []
    for signature in HostAPI.primitives.map({ $0.signature }) {
      #expect(names.insert(signature.name).inserted, "\(signature.name) is there twice")
      #expect(signature.name.split(separator: ".").count == 2)
      #expect(signature.summary.hasSuffix("."))
      #expect(signature.example.contains("host.\(signature.name)"))
      #expect(signature.since >= 1 && signature.since <= HostAPI.level)
      for parameter in signature.parameters { #expect(!parameter.help.isEmpty) }
    }
  }
}

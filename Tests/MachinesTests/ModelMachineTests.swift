import Kernel
import Machines
import PlanSupport
import Testing

/// A machine as it will be, laid over one that stays as it is.
@Suite struct ModelMachineTests {
  private let change = ChangeReference(number: 3, summary: "install x")

  /// A model over another one, which stands for the machine as it is.
  private func model(_ build: (inout SmallMachine) -> Void) throws -> (
    base: ModelMachine, model: ModelMachine
  ) {
    var machine = SmallMachine.empty
    build(&machine)
    let base = try machine.machine()
    return (base, ModelMachine(over: base))
  }

  private func text(_ machine: any Machine, _ path: MachinePath) throws -> String? {
    try machine.read(path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func put(_ text: String, _ path: MachinePath, on model: ModelMachine) throws {
    try model.put(.file(Array(text.utf8)), at: path, origin: change)
  }

  // MARK: What lies over what

  @Test func `a model without a machine below has a root and nothing in it`() throws {
    let model = ModelMachine(over: nil)
    #expect(try model.status(.root)?.kind == .directory)
    #expect(try (model.list(.root) ?? []).isEmpty)
    #expect(try model.status("/etc") == nil)
    #expect(try model.read("/etc/passwd") == nil)
    #expect(try model.list("/etc") == nil)
    #expect(try model.fileSystem("/etc") == nil)
    #expect(try model.state("/etc") == .absent)
    #expect(!model.isOffline)
  }

  @Test func `what is laid over a machine never reaches it`() throws {
    let (base, model) = try model { machine in
      machine.set("/etc/a", "old")
      machine.set("/etc/b", "b")
    }
    try put("new", "/etc/a", on: model)
    try model.put(.absent, at: "/etc/b", origin: change)
    try put("c", "/srv/deep/c", on: model)
    model.mount(.tmpfs, at: "/srv")
    #expect(try text(model, "/etc/a") == "new")
    #expect(try text(model, "/etc/b") == nil)
    #expect(try text(base, "/etc/a") == "old")
    #expect(try text(base, "/etc/b") == "b")
    #expect(try base.status("/srv") == nil)
    #expect(try base.fileSystem("/etc") == nil)
  }

  @Test func `what was read once stays as first read, whatever becomes of the machine`() throws {
    let (base, model) = try model { machine in
      machine.set("/etc/read", "old")
      machine.set("/etc/unread", "old")
    }
    #expect(try text(model, "/etc/read") == "old")
    #expect(try model.list("/srv") == nil)
    try put("newer", "/etc/read", on: base)
    try put("newer", "/etc/unread", on: base)
    try put("x", "/srv/x", on: base)
    #expect(try text(model, "/etc/read") == "old")
    #expect(try text(model, "/etc/unread") == "newer")
    #expect(try model.list("/srv") == nil)
  }

  @Test func `a change of a copy is no change of what it was copied from`() throws {
    let (base, model) = try model { $0.set("/etc/a", "one\n") }
    try model.put(Node(try model.state("/etc/a")), at: "/etc/a", origin: change)
    try model.append(line: Array("two".utf8), to: "/etc/a")
    #expect(try text(model, "/etc/a") == "one\ntwo\n")
    #expect(try text(base, "/etc/a") == "one\n")
  }

  @Test func `directories on the way are made, and the names in them are known`() throws {
    let (_, model) = try model { $0.set("/etc/a", "") }
    try put("x", "/etc/conf.d/deep/x", on: model)
    #expect(try model.state("/etc/conf.d") == .folder())
    #expect(try model.list("/etc") == ["a", "conf.d"])
    #expect(try model.list("/etc/conf.d") == ["deep"])
    #expect(try model.list("/etc/conf.d/deep") == ["x"])
    #expect(try model.list("/etc/conf.d/deep/x") == nil)
    #expect(try model.origin(of: "/etc/conf.d") == change)
    #expect(try model.origin(of: "/etc/a") == nil)
  }

  @Test func `what is removed is in no list, and can come again`() throws {
    let (_, model) = try model { machine in
      machine.set("/etc/a", "")
      machine.set("/etc/b", "")
    }
    try model.put(.absent, at: "/etc/a", origin: change)
    #expect(try model.list("/etc") == ["b"])
    #expect(try model.status("/etc/a") == nil)
    #expect(try model.state("/etc/a") == .absent)
    #expect(try model.look("/etc/a") == nil)
    try put("again", "/etc/a", on: model)
    #expect(try model.list("/etc") == ["a", "b"])
    #expect(try text(model, "/etc/a") == "again")
  }

  @Test func `a file in the place of a directory has no names, a directory has no content`() throws
  {
    let (_, model) = try model { machine in
      machine.set("/srv/one/a", "")
      machine.set("/srv/two", "text")
    }
    try put("now a file", "/srv/one", on: model)
    try model.put(.directory(.init(mode: 0o700)), at: "/srv/two", origin: change)
    #expect(try model.list("/srv/one") == nil)
    #expect(try model.read("/srv/two") == nil)
    #expect(try model.list("/srv/two") == [])
    #expect(try model.state("/srv/two") == .folder(0o700))
  }

  @Test func `a device is looked at and has no content`() throws {
    let model = ModelMachine(over: nil)
    let status = FileStatus(
      kind: .characterDevice, mode: 0o666, device: .init(major: 10, minor: 200))
    try model.put(.device(status), at: "/dev/net/tun", origin: nil)
    #expect(try model.status("/dev/net/tun") == status)
    #expect(try model.state("/dev/net/tun") == .other(.characterDevice))
    #expect(try model.read("/dev/net/tun") == nil)
    #expect(try model.look("/dev/net/tun")?.content == nil)
  }

  @Test func `a look says what status and read say`() throws {
    let (_, model) = try model { machine in
      machine.set("/etc/a", "text")
      machine.files["/etc/link"] = .link(target: "a")
    }
    #expect(try model.look("/etc/a")?.content == Array("text".utf8))
    #expect(try model.look("/etc/a")?.status == model.status("/etc/a"))
    #expect(try model.look("/etc/link")?.status.kind == .link)
    #expect(try model.look("/etc/link")?.content == nil)
    #expect(try model.look("/etc")?.status.kind == .directory)
    #expect(try model.look("/etc/none") == nil)
  }

  // MARK: Lines

  @Test func `a line is added where the model itself holds the file, and nowhere else`() throws {
    let (_, model) = try model { machine in
      machine.set("/etc/below", "x\n")
      machine.files["/etc/link"] = .link(target: "mine")
    }
    try put("one", "/etc/mine", on: model)
    try model.append(line: Array("two".utf8), to: "/etc/link")
    #expect(try text(model, "/etc/mine") == "one\ntwo\n")
    try model.append(line: Array("y".utf8), to: "/etc/below")
    #expect(try text(model, "/etc/below") == "x\n")
  }

  // MARK: What is mounted

  @Test func `a path lies on the file system that is mounted nearest above it`() throws {
    let (base, model) = try model { machine in
      machine.set("/srv/data/x", "")
      machine.fileSystems = ["/": "ext4", "/srv/data": "btrfs"]
    }
    #expect(try base.fileSystem("/srv")?.name == "ext4")
    #expect(try base.fileSystem("/srv/data/x") == .btrfs)
    #expect(try base.fileSystem("/srv/none") == nil)
    model.mount(.tmpfs, at: "/srv")
    #expect(try model.fileSystem("/srv/data/x") == .tmpfs)
    #expect(try model.fileSystem("/")?.name == "ext4")
  }

  // MARK: Whose files they are

  @Test func `in a place where anybody writes, only the owner's own file is read`() throws {
    let model = ModelMachine(over: nil)
    let mine = PathState.Access(mode: 0o600, owner: 1000, group: 1000)
    try model.put(.file(Array("1".utf8), mine), at: "/tmp/mine", origin: nil)
    try model.put(.link(target: "mine"), at: "/tmp/link", origin: nil)
    try model.put(.directory(mine), at: "/tmp/directory", origin: nil)
    #expect(try model.readOwned("/tmp/mine", by: 1000) == Array("1".utf8))
    #expect(try model.readOwned("/tmp/mine", by: 1001) == nil)
    #expect(try model.readOwned("/tmp/link", by: 1000) == nil)
    #expect(try model.readOwned("/tmp/directory", by: 1000) == nil)
    #expect(try model.readOwned("/tmp/none", by: 1000) == nil)
    #expect(try ModelMachine(over: model).readOwned("/tmp/mine", by: 1000) == Array("1".utf8))
  }

  // MARK: Settling

  @Test func `what is settled is the machine's own`() throws {
    let model = ModelMachine(over: nil)
    try put("x", "/etc/x", on: model)
    try model.put(.file(.arriving, .init(mode: 0o600)), at: "/etc/y", origin: change)
    model.expectUnknownFiles(of: change)
    model.settle()
    #expect(try model.origin(of: "/etc/x") == nil)
    #expect(
      try model.state("/etc/y") == .file(content: [], access: .init(mode: 0o600)))
    #expect(try model.status("/etc/z") == nil)
  }
}

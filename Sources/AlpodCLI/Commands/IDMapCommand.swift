internal import ArgumentParser
internal import Glibc
internal import Kernel
internal import Machines
internal import PluginKit

/// `alpod idmap`: draws how the ids of a user's containers are those of the machine.
struct IDMapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idmap",
    abstract: "Draw how the ids in a user's containers become ids of the machine.",
    discussion: """
      It is worked out from /etc/passwd, /etc/subuid and /etc/subgid; podman is not started. Says \
      who owns a file that somebody in a container makes, and what is wrong with the map: ids that \
      two users share, holes, ids that an image needs and the user does not have.

      Examples:
        alpod idmap admin
        alpod idmap admin --keep-id=1000:1000
        alpod idmap admin --image docker.io/library/nginx:1.27
        alpod idmap admin --keep-id --svg map.svg
      """)

  @Argument(help: "Login name; who runs it when not given.")
  var user: String?

  @Option(
    name: .customLong("image"),
    help: ArgumentHelp(
      "Also look at the users of this image, which has to be there.", valueName: "image"))
  var image: String?

  @Flag(
    name: .customLong("keep-id"),
    help: "With --userns=keep-id: --keep-id, or --keep-id=UID:GID for others than the user's own.")
  var keepsID = false

  @Option(name: .customLong("keep-id-as"), help: .hidden)
  var identity: String?

  @Option(
    name: .customLong("id"),
    help: ArgumentHelp(
      "Say who owns what this id of the container makes; may be given more than once.",
      valueName: "id"))
  var ids: [UInt32] = []

  @Option(
    help: ArgumentHelp("Write the picture to this file, as SVG.", valueName: "file"),
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @OptionGroup var subject: MachineOptions

  @Flag(help: "Work on a simulated machine: --simulate, or --simulate=FIXTURE.")
  var simulate = false

  @Option(help: .hidden)
  var fixture: String?

  @Flag(help: "Print one JSON object a line, and nothing else, on standard output.")
  var json = false

  func run() throws {
    let machine = try Session.look(
      at: simulate ? nil : try Session.machineRoot(subject.root), or: fixture)
    let picture: IDMapPicture
    var asked = ids
    do throws(ReadFailure) {
      let account = try self.account(machine)
      let found = try look(for: account, machine)
      picture = try IDMapPicture(
        of: account, keepingAs: try self.identity(of: account, found), image: found?.accounts,
        on: machine)
      if asked.isEmpty { asked = Self.usual(picture, found?.uid) }
    } catch {
      throw CommandFailure(error)
    }
    if let svg { try write(IDMapSVG().text(picture), to: svg) }
    if json {
      for side in picture.sides { Output.write(JSONEvents.line(JSONEvents.IDMap(side))) }
      return
    }
    let width = min(100, max(60, Terminal.current.width))
    let style = Style(isOn: Terminal.current.hasColour)
    Output.write(IDMapScreen(style: style, width: width).text(picture, asking: asked))
    if let svg { Output.write("\nwritten: \(svg.printable)\n") }
  }

  private func account(_ machine: ModelMachine) throws(ReadFailure) -> Accounts.User {
    let accounts = try machine.fact(Accounts.self)
    if let user {
      guard let account = accounts.user(user) else {
        throw .failed("/etc/passwd", reason: "there is no user \(user)")
      }
      return account
    }
    guard let account = accounts.user(uid: getuid()), account.uid != 0 else {
      throw .failed("/etc/passwd", reason: "name a user, as in: alpod idmap admin")
    }
    return account
  }

  private struct Found {
    var uid: UInt32?
    var gid: UInt32?
    var accounts: (name: String, accounts: Accounts)?
  }

  private func look(for account: Accounts.User, _ machine: ModelMachine) throws(ReadFailure)
    -> Found?
  {
    guard let image else { return nil }
    let store = try ContainerStore.of(account, on: machine)
    guard let known = store.image(image) else {
      throw .failed(
        store.settings.graphRoot,
        reason: "\(account.name) has no image \(image); fetch it first: podman pull \(image)")
    }
    let configuration = try store.configuration(of: known, on: machine)
    let accounts = try store.accounts(of: known, on: machine)
    return Found(
      uid: configuration?.uid, gid: configuration?.gid, accounts: accounts.map { (image, $0) })
  }

  /// What the user is to be: as it is said, else as the image has it, else as on the machine.
  private func identity(of account: Accounts.User, _ found: Found?) throws(ReadFailure)
    -> (uid: UInt32, gid: UInt32)?
  {
    if let identity {
      let parts = identity.split(separator: ":", omittingEmptySubsequences: false).map {
        UInt32($0)
      }
      guard parts.count <= 2, let uid = parts.first ?? nil, let gid = parts.last ?? nil else {
        throw .failed(
          "/etc/passwd", reason: "--keep-id takes UID:GID, two numbers, not \(identity)")
      }
      return (uid, gid)
    }
    guard keepsID else { return nil }
    if let uid = found?.uid { return (uid, found?.gid ?? uid) }
    return (account.uid, account.gid)
  }

  /// Those that people ask about: root, the image's user, the first of people.
  private static func usual(_ picture: IDMapPicture, _ image: UInt32?) -> [UInt32] {
    var ids: [UInt32] = [0]
    for id in [image, picture.identity.uid, 1000] {
      if let id, !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    try OutputFile.write(Array(text.utf8), to: path, mode: 0o644, in: try Session.hostRoot())
  }
}

extension CommandFailure {
  fileprivate init(_ failure: ReadFailure) {
    switch failure {
    case .failed(_, let reason): self.init(status: .usage, message: reason)
    case .notPermitted:
      self.init(status: .notPermitted, message: "\(failure)", hint: "run it as root")
    default: self.init(status: .broken, message: "\(failure)")
    }
  }
}

extension JSONEvents {
  /// One kind of id.
  struct IDMap: Encodable {
    struct Line: Encodable {
      var container: UInt32
      var machine: UInt32?
      var count: UInt32
      var owner: String?
    }

    var schema = 1
    var event = "idmap"
    var kind: String
    var lines: [Line]

    init(_ side: IDMapPicture.Side) {
      kind = side.kind
      lines = side.segments.map {
        Line(container: $0.inside, machine: $0.outside, count: $0.count, owner: $0.owner)
      }
    }
  }
}

internal import Changes
internal import Kernel
internal import Machines
internal import Values

/// A container as a plugin declares it, checked: what podman is told.
struct ContainerWish {
  let name: String
  let image: String
  private(set) var declaration: ContainerDeclaration
  private(set) var needs: [Need] = [.podman("run")]
  private var words: [String] = []

  init(_ arguments: Arguments, _ account: Accounts.User?, _ draft: Draft) throws(PrimitiveFailure) {
    let name = try arguments.text("name"), image = try arguments.text("image")
    self.name = name
    self.image = image
    declaration = ContainerDeclaration(digest: "", arguments: [], imageAt: 0, secrets: [:])
    words = ["--name", name]
    if let hostname = arguments["hostname"]?.text { add("--hostname", hostname) }
    for port in arguments.texts("ports") { add("--publish", port) }
    try addVolumes(arguments.texts("volumes"), account, draft)
    try addEnvironment(arguments, draft)
    try addNamespaces(arguments, account)
    try addRights(arguments, draft)
    let restart = try arguments.text("restart")
    if restart != "no" { add("--restart", restart) }
    for (key, value) in Self.pairs(arguments["labels"]) {
      guard key.isMade(of: "._-/") else {
        throw .argument("host.container.run: \"\(key)\" is no name of a label")
      }
      add("--label", "\(key)=\(value)")
    }
    let secrets = try self.secrets(arguments, draft)
    let command = arguments.texts("command")
    let all = words + [image] + command
    if all.contains(where: draft.environment.secrets.areIn) {
      throw .argument(
        "host.container.run: what \(name) is told holds a secret, which every user could see; "
          + "put it into a file and name that under `secrets`")
    }
    var text = all.joined(separator: "\0")
    for (variable, secret) in secrets.sorted(by: { $0.key < $1.key }) {
      text += "\0\(variable)\0\(draft.environment.keyedDigest(secret.content))"
    }
    declaration = ContainerDeclaration(
      digest: Digest.sha256(Array(text.utf8)), arguments: all, imageAt: words.count,
      secrets: secrets.mapValues(\.path))
    owner = account?.name ?? "root"
    declaration.seal = seal(declaration, draft)
  }

  /// Whose it is.
  private var owner = "root"

  private func seal(_ declaration: ContainerDeclaration, _ draft: Draft) -> String? {
    if declaration.secrets.isEmpty { return nil }
    var text = ([owner] + declaration.arguments).joined(separator: "\0")
    for (variable, path) in declaration.secrets.sorted(by: { $0.key < $1.key }) {
      text += "\0\0\(variable)\0\(path)"
    }
    return draft.environment.keyedDigest(Array(text.utf8))
  }

  /// What a container says of how alpod made it; nil when the secrets in it are not known to be alpod's words.
  func reliable(_ known: ContainerDeclaration, _ draft: Draft) -> ContainerDeclaration? {
    known.seal == seal(known, draft) ? known : nil
  }

  private mutating func add(_ option: String, _ value: String) { words += [option, value] }

  private static func pairs(_ value: Value?) -> [(String, String)] {
    (value?.fields ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value.text ?? "") }
  }

  /// Whoever has a directory of the machine in a container has it with the rights of the container's user.
  private mutating func addVolumes(
    _ values: [String], _ account: Accounts.User?, _ draft: Draft
  ) throws(PrimitiveFailure) {
    for text in values {
      guard let volume = VolumeMapping(text) else { continue }
      if let path = volume.hostPath {
        try need(.podmanMount(path), draft)
        let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
        if let objection = OwnedPaths.objection(toShowing: place) { throw .argument(objection) }
        guard try looking({ () throws(ReadFailure) in try draft.machine.status(path) }) != nil
        else {
          throw .impossible(
            "there is no \(path), which the container \(name) is to see as \(volume.target)",
            hint: "make it first; podman makes no directories of the machine")
        }
      }
      add("--volume", text)
    }
  }

  private mutating func need(_ need: Need, _ draft: Draft) throws(PrimitiveFailure) {
    switch need {
    case .podmanMount(let path):
      let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
      try draft.require(.podmanMount(place), asked: need, at: path)
      needs.append(.podmanMount(place))
    default:
      try draft.require(need)
      needs.append(need)
    }
  }

  private mutating func addEnvironment(_ arguments: Arguments, _ draft: Draft)
    throws(PrimitiveFailure)
  {
    for (key, value) in Self.pairs(arguments["environment"]) {
      try Self.confirm(variable: key)
      add("--env", "\(key)=\(value)")
    }
  }

  private static func confirm(variable: String) throws(PrimitiveFailure) {
    guard let first = variable.utf8.first, !first.isDigit, variable.isMade(of: "_") else {
      throw .argument("host.container.run: \"\(variable)\" is no name of a variable")
    }
  }

  /// podman's own environment has these, so a secret of that name would change what podman does.
  private static let podmans: Set<String> = [
    "HOME", "USER", "LOGNAME", "SHELL", "PATH", "TMPDIR", "LC_ALL", "REGISTRY_AUTH_FILE",
    "DOCKER_CONFIG", "NOTIFY_SOCKET", "DBUS_SESSION_BUS_ADDRESS", "GODEBUG", "GOTRACEBACK",
  ]

  private mutating func secrets(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure)
    -> [String: (path: MachinePath, content: [UInt8])]
  {
    var found: [String: (path: MachinePath, content: [UInt8])] = [:]
    for (variable, text) in Self.pairs(arguments["secrets"]) {
      try Self.confirm(variable: variable)
      let isPodmans =
        Self.podmans.contains(variable)
        || [
          "XDG_", "CONTAINERS_", "CONTAINER_", "STORAGE_", "PODMAN_", "BUILDAH_", "LD_",
          "SSL_CERT_",
          "_", "LISTEN_",
        ]
        .contains { variable.hasPrefix($0) }
      guard !isPodmans, let path = try? MachinePath(text) else {
        throw .argument(
          "host.container.run: \(variable) cannot be a secret, as podman heeds it itself")
      }
      let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
      try need(.read(place), draft)
      if let objection = OwnedPaths.objection(toReading: place) { throw .argument(objection) }
      guard let content = try looking({ () throws(ReadFailure) in try draft.machine.read(place) })
      else {
        throw .impossible(
          "there is no \(path), which \(variable) of the container \(name) is to be taken from",
          hint: "write the value into it, readable by root alone: install -m 600 /dev/null \(path)")
      }
      add("--env", variable)
      found[variable] = (place, content)
    }
    return found
  }

  private mutating func addNamespaces(_ arguments: Arguments, _ account: Accounts.User?)
    throws(PrimitiveFailure)
  {
    let maps = (arguments.texts("uidmap"), arguments.texts("gidmap"))
    if let userns = arguments["userns"]?.text {
      guard maps.0.isEmpty, maps.1.isEmpty else {
        throw .argument("host.container.run: userns and uidmap or gidmap cannot both be given")
      }
      guard Self.isNamespace(userns) else {
        throw .argument(
          "host.container.run: \"\(userns)\" is no user namespace; write keep-id, keep-id:uid=U,gid=G, auto or nomap"
        )
      }
      add("--userns", userns)
    }
    for (option, values) in [("uidmap", maps.0), ("gidmap", maps.1)] {
      for value in values {
        let numbers = value.split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy(Self.isNumber) else {
          throw .argument(
            "host.container.run: \"\(value)\" in \(option) is not CONTAINER:FROM:COUNT")
        }
        add("--\(option)", value)
      }
    }
    if let user = arguments["run_as"]?.text {
      guard user.isMade(of: "._-:"), user.first != "-", user.first != ":" else {
        throw .argument("host.container.run: run_as is USER or USER:GROUP, not \"\(user)\"")
      }
      add("--user", user)
    }
  }

  private static func isNamespace(_ text: String) -> Bool {
    if ["keep-id", "auto", "nomap", "host"].contains(text) { return true }
    guard text.hasPrefix("keep-id:") else { return false }
    return text.dropFirst("keep-id:".count).split(separator: ",", omittingEmptySubsequences: false)
      .allSatisfy { part in
        let pair = part.split(separator: "=", omittingEmptySubsequences: false)
        return pair.count == 2 && ["uid", "gid", "size"].contains(pair[0]) && isNumber(pair[1])
      }
  }

  /// Digits alone; UInt32(_:) would take a sign.
  private static func isNumber(_ text: Substring) -> Bool {
    text.utf8.allSatisfy(\.isDigit) && UInt32(text) != nil
  }

  private mutating func addRights(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) {
    if let network = arguments["network"]?.text {
      guard network.isMade(of: "._-"), network.first != "-" else {
        throw .argument("host.container.run: \"\(network)\" is no name of a network")
      }
      if network == "host" { try need(.podmanPrivilege("host"), draft) }
      add("--network", network)
    }
    if arguments["userns"]?.text == "host" { try need(.podmanPrivilege("host"), draft) }
    for text in arguments.texts("devices") {
      guard let path = try? MachinePath(text), path.isInside("/dev"), path != "/dev" else {
        throw .argument("host.container.run: \(text) is no device; they lie in /dev")
      }
      try need(.podmanPrivilege("devices"), draft)
      try need(.podmanMount(path), draft)
      add("--device", path.text)
    }
    if arguments.flag("privileged") {
      try need(.podmanPrivilege("privileged"), draft)
      words.append("--privileged")
    }
    if arguments.flag("read_only") { words.append("--read-only") }
  }
}

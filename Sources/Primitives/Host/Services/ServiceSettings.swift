internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum ServiceInstance: Primitive {
  public static let signature = CallSignature(
    "service.instance",
    "Sees that there is one more service that a script stands for: a link beside it in /etc/init.d.",
    details:
      "A script that is made for it looks at the name it was called by, and /etc/conf.d/NAME is read after that of the script: so `podman` serves one user, and `podman.bob` another.",
    parameters: [
      Parameter("name", .serviceName, help: "the service, \"podman.bob\""),
      Parameter("of", .serviceName, help: "the script, \"podman\""),
    ], needs: [.init("services", of: "name"), .init("services", of: "of")],
    example: "host.service.instance{ name = \"podman.bob\", of = \"podman\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name"), script = try arguments.text("of")
    try draft.require(.service(name))
    try draft.require(.service(script))
    guard name != script else {
      throw .argument("host.service.instance: a service is no instance of itself")
    }
    try draft.claim("the script of the service \(name)", value: script)
    let link = MachinePath.initScript(name)
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(link) }
    switch state {
    case .link(let target, _) where target.split(separator: "/").last.map(String.init) == script:
      return .null
    case .absent: break
    default:
      throw .impossible(
        "\(link) is \(state.summary), so \(name) cannot be an instance of \(script)", hint: nil)
    }
    guard
      try looking({ () throws(ReadFailure) in try draft.machine.status(.initScript(script)) })
        != nil
    else {
      throw .impossible(
        "there is no service \(script) (\(MachinePath.initScript(script)) is missing)",
        hint: "install the package that has it; service scripts of X are in X-openrc")
    }
    try draft.edit(
      link, to: .link(target: script), purpose: "make \(name) a service, by the script \(script)",
      needs: [.service(name)])
    return .null
  }
}

public enum ServiceSet: Primitive {
  public static let signature = CallSignature(
    "service.set", "Sees that a service has these settings, in /etc/conf.d/NAME.",
    details:
      "A service that runs takes them up when it is started again: see `host.service.reload`. OpenRC runs the script of a service as root, with these as its variables, so that they are as good as root.",
    parameters: [
      Parameter("name", .serviceName, help: "the service"),
      Parameter("values", .map(.string), help: "shell variables, without quotes"),
    ], needs: [.init("services", of: "name"), .init("services.set", of: "name")],
    example:
      "host.service.set{ name = \"podman.bob\", values = { podman_user = \"bob\" } }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    try draft.require(.service(name))
    try draft.require(.serviceSettings(name))
    let path = MachinePath("/etc/conf.d").appending(name)
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(path) }
    var edited = LineEdit(try Files.content(of: state, at: path) ?? [])
    var isChanged = false
    for (key, value) in (arguments["values"]?.fields ?? [:]).sorted(by: { $0.key < $1.key }) {
      let text = value.text ?? ""
      let variable = try ShellVariable(key, text, call: "host.service.set")
      try draft.claim("\(key) of the service \(name)", value: "\"\(text)\"")
      if variable.set(in: &edited) { isChanged = true }
    }
    guard isChanged else { return .null }
    let owner = draft.environment.newOwner
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    try draft.edit(
      path, to: .file(content: edited.bytes, access: access),
      purpose: "set up the service \(name)", needs: [.service(name), .serviceSettings(name)])
    return .null
  }
}

public enum ServiceReloadCall: Primitive {
  public static let signature = CallSignature(
    "service.reload", "Sees that a service that runs has taken up what is in its files.",
    details:
      "It is reloaded, or restarted, when one of the files was changed since it started or since alpod last did so. A service that does not run reads them when it starts.",
    parameters: [
      Parameter("name", .serviceName, help: "the service"),
      Parameter("files", .list(.path), help: "what it reads: files, or directories of them"),
      Parameter(
        "by", .choice(["reload", "restart"]), fallback: "reload",
        help: "what its script can do; a restart interrupts its work"),
    ], needs: [.init("services", of: "name"), .init("read", of: "files")],
    example: "host.service.reload{ name = \"nginx\", files = { \"/etc/nginx/http.d\" } }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name")
    try draft.require(.service(name))
    var files: [MachinePath] = []
    for text in arguments.texts("files") {
      guard let path = try? MachinePath(text) else { continue }
      let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
      // Who sets a service up may have it read what that is.
      if !place.isInside("/etc/conf.d") { try draft.require(.read(place)) }
      files.append(place)
    }
    let machine = draft.machine
    if machine.isOffline { return .null }
    let isDue = try looking { () throws(ReadFailure) in
      try ServiceReload.isDue(name, files, on: machine)
    }
    guard isDue else { return .null }
    try draft.add(
      ServiceReload(
        service: name, restarts: try arguments.text("by") == "restart", files: files,
        digest: try looking { () throws(ReadFailure) in
          try ServiceReload.digest(of: files, on: machine)
        }))
    return .null
  }
}

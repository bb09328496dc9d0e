internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum ImageGet: Primitive {
  public static let signature = CallSignature(
    "image.get", "Says what is known of an image that is there; nil when there is none.",
    details:
      "It is read from podman's own files, without starting it. The numbers are those that the image's own /etc/passwd gives its user.",
    parameters: [Parameter("name", .imageName, help: "the image"), Stores.user],
    result: .optional(
      .table(
        "Image",
        [
          .init("id", .string, "64 hexadecimal digits"),
          .init("user", .string, "whom its containers run as; empty for root"),
          .init("uid", .optional(.integer), "that as a number"),
          .init("gid", .optional(.integer), "its group as a number"),
        ])), needs: [.init("podman", subject: "info")],
    example: "host.image.get{ name = \"docker.io/library/nginx:1.27\", user = \"admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("info"))
    let account = try Stores.account(arguments, draft)
    let store = try Stores.store(account, draft)
    guard let image = store.image(try arguments.text("name")) else { return .null }
    let configuration = try looking { () throws(ReadFailure) in
      try store.configuration(of: image, on: draft.machine)
    }
    return .table([
      "id": .string(image.id), "user": .string(configuration?.user ?? ""),
      "uid": configuration?.uid.map { .integer(Int64($0)) } ?? .null,
      "gid": configuration?.gid.map { .integer(Int64($0)) } ?? .null,
    ])
  }
}

public enum ImageAdd: Primitive {
  public static let signature = CallSignature(
    "image.add", "Sees that an image is there: it is fetched when it is not.",
    details:
      "One that is there stays as it is, whatever its registry has by now. What is in one that is fetched, `image.get` says in the next round.",
    parameters: [Parameter("name", .imageName, help: "the image"), Stores.user],
    needs: [.init("podman", subject: "run")],
    example: "host.image.add{ name = \"docker.io/library/nginx:1.27\", user = \"admin\" }")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("run"))
    let account = try Stores.account(arguments, draft)
    let name = try arguments.text("name")
    if draft.machine.isOffline {
      draft.waitForBoot(
        "the image \(name) is fetched when alpod runs on the machine itself", needsReboot: false)
      return .null
    }
    if try Stores.store(account, draft).image(name) == nil {
      try draft.add(ImagePull(user: account?.name, name: name))
    }
    return .null
  }
}

public enum ImageBuildCall: Primitive {
  public static let signature = CallSignature(
    "image.build", "Sees that an image is built from what is in a directory now.",
    details:
      "A digest of everything in the directory, and of how the image is built, is kept with the image as the label alpod.content; it is built anew when that changed. Its output is shown as it comes. Proxy variables serve to fetch what it is built on; the build itself sees them only with `proxy`.",
    parameters: [
      Parameter("name", .imageName, help: "what it is called, \"localhost/web:latest\""),
      Parameter("directory", .path, help: "what it is built from"),
      Stores.user,
      Parameter(
        "file", .string, required: false,
        help: "the Containerfile, from the directory on; the one that podman finds when not given"),
      Parameter(
        "arguments", .map(.string), fallback: [:], help: "build arguments and their values"),
      Parameter(
        "proxy", .boolean, fallback: false,
        help: "whether programs in the build see the proxy variables of whoever runs alpod"),
    ],
    needs: [
      .init("podman", subject: "build"), .init("read", of: "directory"),
      .init("read", subject: "everything in it"),
    ],
    example:
      "host.image.build{ name = \"localhost/dev:latest\", directory = \"/srv/dev\", user = \"admin\" }"
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    try draft.require(.podman("build"))
    let account = try Stores.account(arguments, draft)
    let name = try arguments.text("name")
    let path = try arguments.path("directory")
    let directory = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
    try draft.require(.read(directory), asked: .read(path), at: path)
    try draft.require(.read(ImageBuild.tree(directory)))
    if let objection = OwnedPaths.objection(toReading: directory) { throw .argument(objection) }
    let file = try self.file(arguments, directory, draft)
    let values = (arguments["arguments"]?.fields ?? [:]).mapValues { $0.text ?? "" }
    try confirm(values, draft)
    let content = try content(of: directory, file, values, arguments.flag("proxy"), draft)
    try draft.claim("the image \(name)", value: "built from \(directory)")
    if draft.machine.isOffline {
      draft.waitForBoot(
        "the image \(name) is built when alpod runs on the machine itself", needsReboot: false)
      return .null
    }
    let store = try Stores.store(account, draft)
    let image = store.image(name)
    if let image {
      let labels = try looking { () throws(ReadFailure) in
        try store.configuration(of: image, on: draft.machine)?.labels
      }
      if labels?[ImageBuild.label] == content { return .null }
    }
    try draft.add(
      ImageBuild(
        user: account?.name, name: name, directory: directory, file: file, arguments: values,
        seesProxies: arguments.flag("proxy"), content: content, before: image?.id,
        known: store.images.map(\.id) + store.containers.map(\.id)))
    return .null
  }

  private static func file(_ arguments: Arguments, _ directory: MachinePath, _ draft: Draft)
    throws(PrimitiveFailure) -> String?
  {
    let named = arguments["file"]?.text
    if let named, named.hasPrefix("/") || (try? MachinePath("/" + named)) == nil {
      throw .argument("host.image.build: file is named from the directory on, not \"\(named)\"")
    }
    let candidates = named.map { [$0] } ?? ["Containerfile", "Dockerfile"]
    for name in candidates {
      let path = directory.appending(name)
      let place = try looking { () throws(ReadFailure) in try draft.machine.resolved(path) }
      if try looking({ () throws(ReadFailure) in try draft.machine.status(place) }) != nil {
        // podman shows a line of what it does not understand.
        try draft.require(.read(place.isInside(directory) ? directory : place))
        return named
      }
    }
    throw .impossible(
      "there is no \(candidates.joined(separator: " or ")) in \(directory)",
      hint: "name it with `file`, from the directory on")
  }

  private static func confirm(_ values: [String: String], _ draft: Draft) throws(PrimitiveFailure) {
    for (key, value) in values {
      guard key.isMade(of: "_-.") else {
        throw .argument("host.image.build: \"\(key)\" is no name of a build argument")
      }
      if draft.environment.secrets.areIn(value) {
        throw .argument(
          "host.image.build: the value of \(key) holds a secret, which would stay in the image")
      }
    }
  }

  private static func content(
    of directory: MachinePath, _ file: String?, _ values: [String: String], _ seesProxies: Bool,
    _ draft: Draft
  ) throws(PrimitiveFailure) -> String {
    let digest = try looking { () throws(ReadFailure) in
      try draft.machine.treeDigest(directory)
    }
    guard let digest else {
      throw .impossible("there is no directory \(directory)", hint: nil)
    }
    var text = "\(digest)\0\(file ?? "")\0\(seesProxies)"
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { text += "\0\(key)=\(value)" }
    return Digest.sha256(Array(text.utf8))
  }
}

internal import Changes
internal import Kernel
internal import Machines
public import Values

public enum RepositoryAdd: Primitive {
  public static let signature = CallSignature(
    "repository.add",
    "Sees that a component of the machine's own mirror and release (\"community\"), or a repository elsewhere, is in /etc/apk/repositories.",
    details:
      "A line that is commented out is taken into use; else a new one comes, for a component after that of the mirror. Packages of a repository with a tag are taken only for those who ask for them by the tag. A repository elsewhere takes the need `apk.trust`, for its URL.",
    parameters: [
      Parameter(
        "component", .choice(["main", "community"]), required: false,
        help: "a component of the machine's own mirror"),
      Parameter("url", .url, required: false, help: "a repository elsewhere"),
      Parameter("tag", .string, required: false, help: "its tag, without the @"),
    ],
    needs: [.init("repositories", of: "component"), .init("apk.trust", of: "url")], needsAny: true,
    example: "host.repository.add(\"community\")")

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    switch (arguments["component"]?.text, arguments["url"]?.text) {
    case (let component?, nil): try add(component: component, arguments["tag"]?.text, draft)
    case (nil, let url?): try OtherRepository.add(url, arguments["tag"]?.text, draft)
    default:
      throw .argument("host.repository.add takes either a component or a url")
    }
    return .null
  }

  private static func add(component: String, _ tag: String?, _ draft: Draft)
    throws(PrimitiveFailure)
  {
    guard tag == nil else {
      throw .argument("host.repository.add: a component of the machine's own release has no tag")
    }
    try draft.require(.repository(component))
    let machine = draft.machine
    guard try looking({ () throws(ReadFailure) in try machine.fact(InstalledPackages.self) }).exists
    else {
      throw .impossible(
        "there is no package database (\(InstalledPackages.path)) here, so it has no repositories",
        hint: "point --root at the root of an Alpine system")
    }
    let repositories = try looking { () throws(ReadFailure) in try machine.fact(Repositories.self) }
    let active = repositories.active.filter { $0.tag == nil }
    if active.contains(where: { $0.component == component }) { return }
    guard let main = active.first(where: { $0.component == "main" }) ?? active.first else {
      throw .impossible(
        "\(Repositories.path) has no repository that is in use, so the machine's mirror is not known",
        hint:
          "run `setup-apkrepos`, or put a line such as https://dl-cdn.alpinelinux.org/alpine/\(try branch(machine) ?? "v3.20")/main there"
      )
    }
    try confirmRelease(main, machine)
    let url = main.mirror + "/" + component
    try edit(url: url, main: main, repositories, draft)
  }

  /// A line that is only commented out is taken into use; else one is added below the mirror's other one.
  private static func edit(
    url: String, main: Repositories.Line, _ repositories: Repositories, _ draft: Draft
  ) throws(PrimitiveFailure) {
    let sample = repositories.lines.first {
      $0.isCommentedOut && $0.url == url && $0.tag == nil && $0.file == Repositories.path
    }
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(main.file) }
    var edited = LineEdit(state.content ?? [])
    if let sample, sample.file == main.file, edited.lines.indices.contains(sample.number - 1) {
      edited.lines[sample.number - 1] = Array(url.utf8)
    } else {
      edited.lines.insert(Array(url.utf8), at: min(main.number, edited.lines.count))
    }
    edited.endsWithLineFeed = true
    let access = state.access ?? .init(mode: 0o644)
    try draft.edit(
      main.file, to: .file(content: edited.bytes, access: access),
      purpose: "enable the repository \(url)",
      needs: [.repository(String(url.split(separator: "/").last ?? ""))])
  }

  private static func confirmRelease(_ main: Repositories.Line, _ machine: ModelMachine)
    throws(PrimitiveFailure)
  {
    try OtherRepository.confirmRelease(main.url, machine)
  }

  private static func branch(_ machine: ModelMachine) throws(PrimitiveFailure) -> String? {
    try OtherRepository.branch(machine)
  }
}

/// A repository that is not the machine's own mirror: whoever has it may install anything.
private enum OtherRepository {
  static func add(_ url: String, _ tag: String?, _ draft: Draft) throws(PrimitiveFailure) {
    var url = url
    while url.hasSuffix("/") && url.utf8.count > 1 { url.removeLast() }
    try draft.require(.packageTrust(url))
    if let tag {
      guard tag.isMade(of: "_-.") else {
        throw .argument("host.repository.add: \"\(tag)\" is no tag of a repository")
      }
    } else {
      try confirmRelease(url, draft.machine)
    }
    let repositories = try looking { () throws(ReadFailure) in
      try draft.machine.fact(Repositories.self)
    }
    if repositories.active.contains(where: { $0.url == url && $0.tag == tag }) { return }
    let line = Array((tag.map { "@\($0) " } ?? "").utf8) + Array(url.utf8)
    let state = try looking { () throws(ReadFailure) in
      try draft.machine.state(Repositories.path)
    }
    var edited = LineEdit(try Files.content(of: state, at: Repositories.path) ?? [])
    let sample = repositories.lines.first {
      $0.isCommentedOut && $0.url == url && $0.tag == tag && $0.file == Repositories.path
    }
    if let sample, edited.lines.indices.contains(sample.number - 1) {
      edited.lines[sample.number - 1] = line
    } else {
      edited.lines.append(line)
    }
    edited.endsWithLineFeed = true
    try draft.edit(
      Repositories.path,
      to: .file(content: edited.bytes, access: state.access ?? .init(mode: 0o644)),
      purpose: "take packages from \(url)" + (tag.map { ", for those with @\($0)" } ?? ""),
      needs: [.packageTrust(url)])
  }

  static func confirmRelease(_ url: String, _ machine: ModelMachine) throws(PrimitiveFailure) {
    guard let branch = try branch(machine), let named = AlpineRelease.branch(in: url),
      named != branch, named != "edge"
    else { return }
    throw .packages(.wrongRelease(repositories: [url], release: branch))
  }

  static func branch(_ machine: ModelMachine) throws(PrimitiveFailure) -> String? {
    try looking { () throws(ReadFailure) in try machine.fact(AlpineRelease.self) }.branch
  }
}

public enum KeyAdd: Primitive {
  public static let signature = CallSignature(
    "key.add", "Sees that packages signed with a key are trusted.",
    details:
      "Whoever has the private half of it may then install anything from a repository of the machine. The key lies in /etc/apk/keys under its name, which the signature names.",
    parameters: [
      Parameter("name", .string, help: "\"builder-1234abcd.rsa.pub\""),
      Parameter("content", .content, help: "the public key, as abuild-keygen makes it"),
    ], needs: [.init("apk.trust", of: "name")],
    example:
      "host.key.add{ name = \"site-5f1c.rsa.pub\", content = host.file.read(\"/media/usb/site-5f1c.rsa.pub\") }"
  )

  public static func run(_ arguments: Arguments, _ draft: Draft) throws(PrimitiveFailure) -> Value {
    let name = try arguments.text("name"), content = try arguments.bytes("content")
    guard name.hasSuffix(".rsa.pub"), World.isName(name), name.utf8.first != UInt8(ascii: ".")
    else {
      throw .argument("host.key.add: \"\(name)\" is no key's name; it ends with .rsa.pub")
    }
    try draft.require(.packageTrust(name))
    guard content.starts(with: "-----BEGIN PUBLIC KEY-----\n".utf8), content.count < 20_000 else {
      throw .argument(
        "host.key.add: content is no public key: it begins with -----BEGIN PUBLIC KEY-----")
    }
    let path = MachinePath("/etc/apk/keys").appending(name)
    let state = try looking { () throws(ReadFailure) in try draft.machine.state(path) }
    try draft.claim("the package key \(name)", value: Checksum.text(content))
    let owner = draft.environment.newOwner
    let access = state.access ?? .init(mode: 0o644, owner: owner.user, group: owner.group)
    let wanted = PathState.file(content: content, access: access)
    if state != wanted {
      try draft.edit(
        path, to: wanted, purpose: "trust packages signed with the key \(name)",
        needs: [.packageTrust(name)])
    }
    return .null
  }
}

/// Why a call may be refused, beside arguments that are wrong and needs that do not cover it.
public struct Refusal: Sendable, Hashable {
  /// As it is said, with names in capitals.
  public let text: String
  /// What to do then.
  public let advice: String

  init(_ text: String, _ advice: String) {
    self.text = text
    self.advice = advice
  }
}

extension CallSignature {
  /// What the machine, or what else was asked for, may make impossible.
  public var refusals: [Refusal] { Refusals.byCall[name] ?? [] }
}

private enum Refusals {
  static let user = Refusal(
    "there is no user NAME on this machine", "make the user first: host.user.add")
  static let owner = Refusal("there is no user NAME", "make the user first: host.user.add")
  static let group = Refusal("there is no group NAME", "name one that is in /etc/group")
  static let service = Refusal(
    "there is no service NAME",
    "install the package that has it; service scripts of X are in X-openrc")
  static let database = Refusal(
    "there is no package database", "point --root at the root of an Alpine system")
  static let notWritten = Refusal(
    "PATH is not written as a file", "use the call that looks after it; see the table of such paths"
  )
  static let home = Refusal(
    "PATH lies below the home of NAME", "root does not write where a user can lay links")
  static let notFile = Refusal(
    "PATH is KIND, not a file", "name a file, or remove what is there first")
  static let idle = Refusal(
    "podman cannot be started here", "it runs as root, on the running machine")

  static let byCall: [String: [Refusal]] = [
    "apk.add": [
      Refusal(
        "no repository has NAME", "correct the name, or add a repository: host.repository.add"),
      Refusal(
        "to install NAME, apk would remove OTHER", "if that is meant, name it in allow_remove"),
      Refusal("says that NAME must not be installed", "take !NAME out of /etc/apk/world"), database,
      Refusal("there is no apk program on this machine", "it has to be an Alpine"),
    ],
    "repository.add": [
      Refusal("takes either a component or a url", "name one of them"),
      Refusal(
        "a component of the machine's own release has no tag", "tags are for repositories elsewhere"
      ),
      Refusal("has no repository that is in use", "run setup-apkrepos first"), database,
    ],
    "key.add": [
      Refusal("is no key's name; it ends with .rsa.pub", "name it as the signature does"),
      Refusal("content is no public key", "give the public half, as abuild-keygen makes it"),
    ],
    "service.enable": [
      service, Refusal("there is no runlevel NAME", "take one of those in /etc/runlevels"),
    ],
    "service.start": [service],
    "service.instance": [
      service,
      Refusal("a service is no instance of itself", "give it a name of its own: NAME.USER"),
    ],
    "file.write": [notWritten, home, notFile, owner, group],
    "file.line": [notWritten, home, notFile],
    "file.block": [
      notWritten, home, notFile, Refusal("text holds its own marker", "leave the marker lines out"),
      Refusal("has the line MARKER without its end", "restore the line that ends the block"),
    ],
    "file.key": [
      notWritten, home, notFile,
      Refusal("key must be a shell variable's name", "letters, digits and _"),
      Refusal(
        "value holds a character that a shell would not take as it is", "leave such characters out"),
    ],
    "file.link": [
      notWritten, home,
      Refusal("PATH is KIND, not a link", "remove it with host.file.remove first"),
    ],
    "file.directory": [
      notWritten, home, owner, group,
      Refusal("PATH is KIND, not a directory", "name another path"),
    ],
    "file.remove": [
      notWritten, home,
      Refusal(
        "PATH is a directory with N entries, and only an empty one is removed",
        "remove what is in it first"),
    ],
    "command.run": [
      Refusal("is no program: name its absolute path", "name the program itself"),
      Refusal(
        "is a program that the plugin may write itself", "start one that comes with a package"),
      Refusal("an argument holds a secret", "hand it on in a file"),
    ],
    "sysctl.set": [
      Refusal(
        "the kernel has no setting NAME",
        "see whether a module has to be loaded first: host.module.load"),
      Refusal("value is empty", "give one"),
    ],
    "user.get": [user],
    "subid.grant": [
      user, Refusal("the range RANGE of NAME overlaps", "somebody has to say whose the ids are"),
      Refusal(
        "there are no N subordinate ids in a row left",
        "ask for fewer, or free ranges that nobody uses"),
    ],
    "user.add": [
      group, Refusal("the id N is somebody else's", "leave uid out"),
      Refusal(
        "there is a group NAME, which a new user of that name would need for itself",
        "take another name"),
    ],
    "home.read": [user], "runtime.add": [user], "podman.migrate": [user], "podman.get": [user],
    "podman.map": [user, idle], "podman.info": [user, idle], "podman.run": [user, idle],
    "container.get": [user], "container.boot": [user],
    "container.run": [
      user,
      Refusal(
        "there is no PATH, which the container NAME is to see", "make it first: host.file.directory"
      ),
      Refusal(
        "holds a secret, which every user could see",
        "put it into a file and name that under secrets"),
      Refusal("userns and uidmap or gidmap cannot both be given", "leave one of them out"),
      Refusal("is no device; they lie in /dev", "name what is below /dev"),
    ],
    "image.get": [user],
    "image.build": [
      user, Refusal("there is no directory PATH", "make it first"),
      Refusal(
        "holds a secret, which would stay in the image",
        "hand it to the container, not to the build"),
      Refusal("file is named from the directory on", "leave the directory out"),
    ],
    "storage.get": [user],
    "storage.reset": [
      user, Refusal("storage can only be emptied where the machine runs", "not with --root"),
    ],
    "ownership.get": [user], "ownership.fix": [user],
    "lbu.commit": [
      Refusal(
        "names no medium (LBU_MEDIA, LBU_BACKUPDIR), so nothing can be saved", "run setup-lbu")
    ],
  ]
}

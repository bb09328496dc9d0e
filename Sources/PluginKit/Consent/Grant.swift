internal import Primitives

/// One entry of a plugin's needs, in words for whoever is asked whether the plugin may have it.
public struct Grant: Hashable, Sendable {
  /// "write /etc/containers/**", after "it may".
  public var text: String
  /// Why that is as good as root; nil when it is not.
  public var power: String?
  /// Why what is read is nobody else's business; nil when it is not so.
  public var secret: String?

  /// Everything that needs allow, in the order of the categories.
  public static func all(_ needs: [String: [String]]) -> [Grant] {
    Needs.categories.flatMap { category in
      // By bytes: a letter that can be written in two ways is two names of a file.
      var seen: Set<[UInt8]> = []
      return (needs[category.name] ?? []).filter { seen.insert(Array($0.utf8)).inserted }.map {
        entry in
        Grant(
          text: sentence(category.name, entry),
          power: RootPower.reason(category: category.name, entry: entry),
          secret: category.name == "read" ? RootPower.secret(in: entry) : nil)
      }
    }
  }

  /// What the new needs allow that the old ones do not say.
  public static func added(_ needs: [String: [String]], to old: [String: [String]]) -> [Grant] {
    let known = Set(all(old).map { Array($0.text.utf8) })
    return all(needs).filter { !known.contains(Array($0.text.utf8)) }
  }

  private static func sentence(_ category: String, _ entry: String) -> String {
    let any = entry == "*" || entry == "**"
    return switch category {
    case "apk":
      any
        ? "install and remove any package of the machine's repositories"
        : "install and remove the package \(entry)"
    case "apk.trust": "have packages come from \(any ? "anywhere" : entry)"
    case "repositories": "turn on the repository \(entry) of the machine's own mirror"
    case "files": "write \(place(entry))"
    case "files.setid": "give \(place(entry)) the set-user-id bit"
    case "read": "read \(place(entry))"
    case "services": "enable, start and stop \(any ? "any service" : "the service \(entry)")"
    case "services.set":
      "say what \(any ? "any service" : "the service \(entry)") is started with"
    case "modules": "load \(any ? "any kernel module" : "the kernel module \(entry)")"
    case "sysctl": "set \(any ? "any kernel setting" : "the kernel setting \(entry)")"
    case "mounts": "have mounts at \(entry) seen elsewhere"
    case "subids": "give subordinate ids to \(any ? "any user" : entry)"
    case "users": "make \(any ? "any account" : "the account \(entry)")"
    case "users.groups":
      "put the accounts that it makes into \(any ? "any group" : "the group \(entry)")"
    case "podman": podman(entry)
    case "podman.mount": "show containers \(place(entry))"
    case "podman.privileged":
      switch entry {
      case "host": "run containers in the machine's own namespaces"
      case "devices": "let containers use devices of the machine"
      default: "run containers with every right on the machine"
      }
    case "commands": "start \(place(entry))"
    default: "\(category): \(entry)"
    }
  }

  private static func place(_ pattern: String) -> String {
    if pattern == "/**" { return "every file of the machine" }
    if pattern.hasSuffix("/**") { return "\(pattern.dropLast(3)) and everything below it" }
    return pattern
  }

  private static func podman(_ call: String) -> String {
    switch call {
    case "migrate": "stop a user's containers and have podman begin anew"
    case "info": "start podman to ask what it says of itself"
    case "run": "run, replace and remove containers"
    case "build": "build images"
    case "reset": "delete the whole storage of a podman, containers and images"
    case "chown": "change the owners of files by means of podman"
    case "*": "do with podman whatever there is a call for"
    default: "call podman for \(call)"
    }
  }
}

internal import Changes
internal import PluginKit
internal import Values

/// What somebody sees who is asked whether a plugin may run on a machine.
struct ConsentScreen {
  let style: Style

  /// - Parameters:
  ///   - needs: what it may do, options filled in.
  ///   - former: what was agreed to before at the same place.
  ///   - all: what it may do together with the plugins that it requires, which do what it says.
  ///   - required: their names.
  func text(
    _ plugin: LoadedPlugin, needs: [String: [String]], former: Consent?,
    with all: [String: [String]], of required: [String]
  ) -> String {
    let file = plugin.file
    var text = style.bold(plugin.manifest.name) + "  \(plugin.manifest.summary.printable)\n"
    text += "  from: \(file.origin.title.printable)\n  sha256: \(file.digest)\n"
    if let former {
      text += "\nIt is another than \(former.person.printable) agreed to on \(former.time):\n\n"
      text += difference(former, file)
      let added = Grant.added(all, to: former.needs)
      text += "\nWhat it may do beyond that: "
      text += added.isEmpty ? "nothing\n" : "\n" + lines(added)
    } else {
      text += "\nIt is no part of alpod, and nobody agreed to it on this machine.\n"
    }
    text += "\n" + grants(needs)
    let more = Grant.added(all, to: needs)
    if !more.isEmpty {
      text +=
        "\nBy way of the plugins that it requires (\(required.joined(separator: ", ").printable)) it may as well:\n"
      text += lines(more)
    }
    return text + summary(Grant.all(all))
  }

  /// Of a long list, once more what nobody may miss.
  private func summary(_ grants: [Grant]) -> String {
    let powerful = grants.filter { $0.power != nil }
    if grants.count <= 20 || powerful.isEmpty { return "" }
    let some = powerful.prefix(5).map(\.text.printable).joined(separator: "; ")
    return "\n"
      + style.red("\(powerful.count) of these \(grants.count) lines are as good as root: ")
      + some + (powerful.count > 5 ? "; …" : "") + "\n"
  }

  /// What needs allow, one line for each.
  func grants(_ needs: [String: [String]]) -> String {
    let all = Grant.all(needs)
    if all.isEmpty { return "It may look at what any user may see, and change nothing.\n" }
    return "It may, and nothing else:\n" + lines(all)
  }

  private func lines(_ grants: [Grant]) -> String {
    grants.map { grant in
      var line = "  · \(grant.text.printable)\n"
      if let power = grant.power {
        line += "    " + style.red("as good as root: ") + "\(power.printable)\n"
      }
      if let secret = grant.secret {
        line += "    " + style.yellow("a secret: ") + "\(secret.printable)\n"
      }
      return line
    }.joined()
  }

  private func difference(_ former: Consent, _ file: PluginFile) -> String {
    let now = file.texts
    var text = ""
    for name in Set(former.texts.keys).union(now.keys).sorted() {
      let before = former.texts[name].map { Array($0.utf8) }
      let after = now[name].map { Array($0.utf8) }
      guard before != after else { continue }
      let shown = name.isEmpty ? file.name + ".lua" : name + ".lua"
      text += style.coloured(
        diff: UnifiedDiff.between(before ?? [], after ?? [], name: shown))
    }
    return text.isEmpty ? "only files beside its Lua files differ\n" : text
  }
}

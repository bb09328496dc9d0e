internal import Primitives

/// The list of all calls.
enum ReferenceIndex {
  static var text: String {
    var text = """
      \(Reference.notice)
      # Calls of the host

      A call takes one table with named fields. Its first field may stand alone: `host.user.get("admin")`; a list may be
      written as the list part of the table: `host.apk.add({ "podman", allow_remove = { "runc" } })`. Calls are made with a
      dot, not with a colon.

      A field whose default is **required** has to be given; one with the default `nil` may be left out. Answers are tables,
      lists and plain values; a field that has no value is `nil`. Where the machine lies in a directory (`--root`), there is
      no now: "nil offline" says so.

      The same stands in `alpod help host.NOUN.VERB`, and `alpod types` has it for editors. [plugins.md](../plugins.md) says
      what a plugin is, and what its `needs` are.

      | call | what it does |
      |---|---|

      """
    for noun in HostAPI.nouns {
      text += "| **[\(noun.title)](\(noun.name).md)** | |\n"
      for call in noun.calls {
        text +=
          "| [`\(call.name)`](\(noun.name).md#\(Markdown.anchor("host." + call.name))) | \(Markdown.cell(call.summary)) |\n"
      }
    }
    return text
  }
}

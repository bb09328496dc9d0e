import PluginKit
import Testing
import Values

/// Where the values of options come from, and which ones are taken.
@Suite struct OptionTests {
  private static let page =
    "options = { text = { type = \"string\", default = \"default\", help = \"h\" } }"

  private func page(_ settings: [String], site: String? = nil, requirer: String? = nil) throws
    -> Value?
  {
    let library = try Library()
    try library.add("page", Self.page)
    var words = ["page"]
    if let requirer {
      try library.add("top", "requires = { { \"page\", with = { text = \"\(requirer)\" } } }")
      words = ["top"]
    }
    return try library.resolve(words, settings, site: site).first { $0.instance == "page" }?
      .options["text"]
  }

  @Test func `the command line's before the site's before a requirer's before the default`() throws
  {
    let site = "options = { page = { text = \"site\" } }"
    #expect(try page([]) == "default")
    #expect(try page([], requirer: "requirer") == "requirer")
    #expect(try page([], site: site, requirer: "requirer") == "site")
    #expect(try page(["page.text=given"], site: site, requirer: "requirer") == "given")
    #expect(try page(["text=first", "text=last"]) == "last")
  }

  @Test(arguments: [
    ("integer", "5", Value.integer(5)), ("boolean", "yes", true), ("boolean", "false", false),
    ("string", "a=b", "a=b"), ("path", "/etc/x", "/etc/x"),
  ])
  func `a text becomes a value of its type`(_ type: String, _ text: String, _ value: Value) throws {
    let library = try Library()
    try library.add("one", "options = { it = { type = \"\(type)\", help = \"h\" } }")
    #expect(try library.resolve(["one"], ["it=\(text)"]).first?.options["it"] == value)
  }

  @Test func `lists and maps take one setting an entry`() throws {
    let library = try Library()
    try library.add(
      "one",
      "options = { l = { type = \"list\", of = \"integer\", help = \"h\" }, m = { type = \"map\", of = \"string\", help = \"h\" } }"
    )
    let plugin = try library.resolve(["one"], ["l=1", "l=2", "m=a=b", "m=c=d=e"]).first
    #expect(plugin?.options["l"] == [1, 2])
    #expect(plugin?.options["m"] == ["a": "b", "c": "d=e"])
  }

  @Test(arguments: [
    ("integer", "five", "number"), ("integer, min = 3", "2", "3"),
    ("integer, max = 3", "4", "3"), ("boolean", "perhaps", "true or false"),
    ("path", "relative", "path"), ("enum, values = { \"a\", \"b\" }", "c", "\"b\""),
    ("map, of = \"string\"", "plain", "it=NAME=VALUE"),
  ])
  func `what does not fit is refused by the name of the option`(
    _ type: String, _ text: String, _ part: String
  ) throws {
    let library = try Library()
    let words = type.split(separator: ",", maxSplits: 1)
    let rest = words.count > 1 ? ", \(words[1])" : ""
    try library.add("one", "options = { it = { type = \"\(words[0])\", help = \"h\"\(rest) } }")
    let failure = library.failure(["one"], ["it=\(text)"])
    #expect(failure?.kind == .usage)
    #expect(failure?.message.hasPrefix("--set it") == true, "\(failure?.message ?? "nil")")
    #expect(failure?.message.contains(part) == true, "\(failure?.message ?? "nil")")
  }

  @Test func `a secret comes from a file or standard input, never from the words`() throws {
    let library = try Library()
    try library.add("one", "options = { key = { type = \"secret\", help = \"h\" } }")
    try library.write("hush\n", to: "key")
    let fromFile = try library.resolve(["one"], ["key=@\(library.path("key"))"]).first
    #expect(fromFile?.options["key"] == "hush")
    #expect(fromFile?.secrets == ["hush"])
    #expect(try library.resolve(["one"], ["key=@-"]).first?.options["key"] == "from input")
    try library.write("\n", to: "empty")
    #expect(
      library.failure(["one"], ["key=@\(library.path("empty"))"])?.message.contains("is empty")
        == true)
    try library.write("pin\n", to: "short")
    let short = library.failure(["one"], ["key=@\(library.path("short"))"])?.message
    #expect(short?.contains("shorter than 4 characters") == true, "\(short ?? "nil")")
    #expect(short?.contains("pin") == false)
    let failure = library.failure(["one"], ["key=hush"])
    #expect(failure?.message.contains("hush") == false)
    #expect(failure?.message.contains("@FILE") == true)
    #expect(
      library.failure(["one"], site: "options = { one = { key = \"hush\" } }")?.message
        .contains("--set key=@FILE") == true)
  }

  @Test func `a name that nobody has is refused, with the nearest`() throws {
    let library = try Library()
    try library.add("page", Self.page)
    #expect(library.failure(["page"], ["txet=1"])?.hint?.contains("did you mean text?") == true)
    #expect(
      library.failure(["page"], ["pgae.text=1"])?.hint?.contains("did you mean page?") == true)
    #expect(
      library.failure(["page"], site: "options = { page = { txet = \"1\" } }")?.kind == .broken)
  }

  @Test func `what must be given says how`() throws {
    let library = try Library()
    try library.add(
      "one", "options = { user = { type = \"string\", required = true, help = \"h\" } }")
    try library.add(
      "two", "options = { size = { type = \"integer\", required = true, help = \"how big\" } }")
    try library.add("top", "requires = { \"two\" }")
    #expect(library.failure(["one"])?.message == "one needs to know for which user: --user NAME")
    #expect(library.failure(["one"])?.hint == "there are: admin")
    #expect(
      library.failure(["top"])?.message == "two needs the option size: --set two.size=VALUE")
    #expect(library.failure(["top"])?.hint == "how big")
  }
}

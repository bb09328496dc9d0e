import Foundation
import LuaSyntax
import Testing

@Suite struct ParserTests {
  private static let top = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let shipped: [String] = ["plugins", "stdlib"].flatMap { directory in
    (FileManager.default.enumerator(atPath: top.appending(path: directory).path)?
      .compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".lua") }
      .map { "\(directory)/\($0)" }
  }.sorted()

  private func fault(_ text: String) -> (message: String, place: LuaSource.Place)? {
    let source = LuaSource(name: "x.lua", text: Array(text.utf8))
    do throws(LuaSyntaxError) {
      _ = try Parser.parse(source)
      return nil
    } catch {
      return (error.message, source.place(of: error.span.lowerBound))
    }
  }

  @Test(arguments: shipped) func `what is shipped is read`(_ path: String) throws {
    let text = try Data(contentsOf: Self.top.appending(path: path))
    _ = try Parser.parse(LuaSource(name: path, text: Array(text)))
  }

  @Test(arguments: [
    "return", "return 1, 2;", ";;;", "local a <const>, b <close> = 1, nil", "::x:: goto x",
    "a.b['c'][1], d = f{}, g'x'", "f{1, 2; x = 3, [4] = 5,}", "a:b(1):c{}:d''",
    "for i = 1, 2 do end for i = 1, 2, 3 do break end for k, v in pairs({}) do end",
    "repeat local x until x", "while not a == #b do end", "function a.b.c:d(...) return ... end",
    "local function f(a, ...) end", "if a then elseif b then else end",
    "return -2 ^ 3, a .. b .. c, 1 // 2 << 3 & 4 | ~5 ~ 6, (a)()",
    "return 0x1p4, 0xA.8, .5, 3., 1e-3, 0xffffffffffffffffff",
    "return '\\x41\\u{20ac}\\z   \\65\\\n', [==[\n]]]==]",
    "--[[ x ]] --[==[ ]] ]==] -- y\nreturn 1",
    "return 9223372036854775808",
  ])
  func `is taken`(_ text: String) { #expect(fault(text) == nil, "\(text)") }

  @Test(arguments: [
    ("return {", "unexpected symbol near <eof>", 1, 9),
    ("return {\n  a = 1\n  b = 2\n}", "'}' (to close '{' at line 1) expected near 'b'", 3, 3),
    ("local x =", "unexpected symbol near <eof>", 1, 10),
    ("x", "syntax error near <eof>", 1, 2), ("x = 'a", "unfinished string", 1, 5),
    ("return 3x", "malformed number near '3x'", 1, 8), ("goto", "<name> expected near <eof>", 1, 5),
    ("x = \"ä\" y z", "syntax error near 'z'", 1, 11),
    ("return 1 2", "<eof> expected near '2'", 1, 10),
    ("f() = 1", "syntax error near '='", 1, 1), ("local a <x> = 1", "unknown attribute 'x'", 1, 10),
    ("return '\\q'", "invalid escape sequence", 1, 9), ("x = [[a", "unfinished long string", 1, 5),
    ("end", "<eof> expected near 'end'", 1, 1), ("return @", "unexpected symbol near '@'", 1, 8),
    ("for i = 1 do end", "',' expected near 'do'", 1, 11),
  ])
  func `is refused where it is wrong`(_ text: String, _ message: String, _ line: Int, _ column: Int)
  {
    let found = fault(text)
    #expect(found?.place == LuaSource.Place(line: line, column: column))
    // What closes on the same line is said without it by Lua; the parser always names the line.
    let said = found?.message.replacing(" (to close '{' at line 1)", with: "")
    #expect(said == message.replacing(" (to close '{' at line 1)", with: ""))
  }

  @Test(arguments: [
    String(repeating: "(", count: 100_000), String(repeating: "{", count: 100_000),
    String(repeating: "do ", count: 100_000),
    "return " + String(repeating: "-", count: 1) + String(repeating: "not ", count: 100_000),
    "return a" + String(repeating: ".b", count: 100_000),
    "f" + String(repeating: "()", count: 100_000),
    "return 1" + String(repeating: "+1", count: 100_000),
    "return 1" + String(repeating: "..1", count: 100_000),
    String(repeating: "if a then else", count: 50_000),
    String(repeating: "return function() ", count: 50_000),
    "return " + String(repeating: "a[", count: 100_000),
    "x = " + String(repeating: "{a=", count: 100_000),
    "a" + String(repeating: ".b", count: 100_000) + " = 1",
    "function a" + String(repeating: ".b", count: 100_000) + "() end",
  ])
  func `what is too deep is refused`(_ text: String) { #expect(fault(text) != nil) }

  @Test func `any bytes are taken or refused`() throws {
    var seed: UInt64 = 42
    func random(_ count: UInt64) -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (seed >> 33) % count
    }
    let text = Array(try Data(contentsOf: Self.top.appending(path: "plugins/rootless.lua")))
    for _ in 0..<2000 {
      var broken = Array(text.prefix(Int(random(UInt64(text.count)))))
      for _ in 0..<random(6) where !broken.isEmpty {
        broken[Int(random(UInt64(broken.count)))] = UInt8(random(256))
      }
      let source = LuaSource(name: "x", text: broken)
      do throws(LuaSyntaxError) { _ = try Parser.parse(source) } catch {
        #expect(error.span.lowerBound <= broken.count)
        _ = source.place(of: error.span.lowerBound)
      }
    }
  }
}

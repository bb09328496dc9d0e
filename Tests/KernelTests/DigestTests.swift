import Kernel
import Testing

/// SHA-256 against published values and against sha256sum(1).
@Suite struct DigestTests {
  /// FIPS 180-4's own examples.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `published values`(_ text: String, _ digest: String) {
    #expect(Digest.sha256(Array(text.utf8)) == digest)
  }

  @Test func `every length around a block gives what sha256sum gives`() throws {
    let scratch = try Scratch()
    var expected: [String] = []
    for length in 0...200 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
      try scratch.write(MachinePath.root.appending("f\(1000 + length)"), bytes)
      expected.append(Digest.sha256(bytes))
    }
    let result = try ToolRunner(try Root("/")).run(
      Command("sh", ["-c", "cd \"$1\" && sha256sum f*", "sh", scratch.host("/")]),
      environment: [:])
    let found = result.outputText.split(separator: "\n").map { String($0.prefix(64)) }
    #expect(found == expected)
  }
}

import ScriptKit
import Testing
import Values

/// A frame without its length, as the decoder takes it.
func frame(_ kind: Unicode.Scalar, _ fill: (inout FrameEncoder) -> Void) -> [UInt8] {
  var encoder = FrameEncoder(kind)
  fill(&encoder)
  encoder.finish()
  return Array(encoder.bytes.dropFirst(4))
}

/// Frames of every kind, with something of everything in them.
let soundFrames: [[UInt8]] = [
  frame("H") {
    $0.text("host.file.line")
    $0.text("plugins/a.lua")
    $0.number(7)
    $0.text("alpod/x.lua")
    $0.number(9)
    $0.byte(3)
    $0.value(["path": "/etc/motd", "lines": ["a", .bytes([0xff])], "n": [1, .number(0.5), true]])
    $0.value(.null)
    $0.byte(8)
  },
  frame("T") { $0.value(["name": "x", "needs": ["apk": ["a", "b"]], "api": 1]) },
  frame("D") { $0.value([[[]], ["k": .integer(.min)]]) },
  frame("Q") { $0.text("alpod.x") },
  frame("O") { $0.text([0x1b, 0xff, 0]) },
  frame("E") {
    $0.byte(UInt8(ascii: "r"))
    $0.text("message")
    $0.text("hint")
    $0.text("plugins/a.lua")
    $0.number(3)
    $0.number(2)
    $0.text("a.lua:3: in f")
    $0.text("a.lua:9")
  },
  frame("!") {
    $0.text("memory")
    $0.text("a.lua")
    $0.number(3)
  },
  frame("U") { $0.text("no filter") },
]

@Suite struct FrameTests {
  @Test func `a call is read with all that belongs to it`() throws {
    let value: Value = [
      "path": "/etc/motd", "lines": ["a", .bytes([0xff])], "n": [1, .number(0.5), true],
    ]
    let call = HostCall(
      name: "host.file.line", arguments: [value, .null, .function],
      position: SourcePosition(file: "plugins/a.lua", line: 7),
      caller: SourcePosition(file: "alpod/x.lua", line: 9))
    #expect(try FrameDecoder.decode(soundFrames[0]) == .call(call))
  }

  @Test func `the other kinds are read`() throws {
    #expect(try FrameDecoder.decode(soundFrames[3]) == .require("alpod.x"))
    #expect(try FrameDecoder.decode(soundFrames[4]) == .output([0x1b, 0xff, 0]))
    let error = ScriptError(
      .runtime, "message", at: SourcePosition(file: "plugins/a.lua", line: 3), hint: "hint",
      trace: ["a.lua:3: in f", "a.lua:9"])
    #expect(try FrameDecoder.decode(soundFrames[5]) == .failure(error))
    let limit = ScriptError(
      .limit("memory"), "used up its limit of memory, 256 MiB",
      at: SourcePosition(file: "a.lua", line: 3))
    #expect(try FrameDecoder.decode(soundFrames[6]) == .failure(limit))
    #expect(try FrameDecoder.decode(soundFrames[7]) == .unlocked("no filter"))
  }

  @Test func `values go through encoder and decoder as they were`() throws {
    var generator = SplitMix(seed: 1)
    for _ in 0..<2000 {
      let value = Value.random(depth: 4, &generator)
      #expect(try FrameDecoder.decode(frame("D") { $0.value(value) }) == .done(value))
    }
  }

  @Test func `a place without a file or a line is none`() throws {
    for (file, line) in [("", 5), ("a.lua", 0), ("a.lua", UInt32.max)] as [(String, UInt32)] {
      let bytes = frame("!") {
        $0.text("memory")
        $0.text(file)
        $0.number(line)
      }
      guard case .failure(let error) = try FrameDecoder.decode(bytes) else {
        Issue.record("another frame")
        return
      }
      #expect(error.position == nil)
    }
  }
}

/// Numbers that are the same on each run (Steele, Lea and Flood's SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension Value {
  static func random(depth: Int, _ generator: inout SplitMix) -> Value {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(.random(in: .min ... .max, using: &generator))
    case 3: return .number(Double.random(in: -1e9...1e9, using: &generator))
    case 4: return .string(String(UInt64.random(in: 0...999, using: &generator), radix: 36))
    case 5: return .string("zürich 🏔️\u{0}")
    case 6: return .bytes([0xc0, .random(in: 0...255, using: &generator)])
    case 7:
      let count = Int.random(in: 0...4, using: &generator)
      return .list((0..<count).map { _ in random(depth: depth - 1, &generator) })
    default:
      let count = Int.random(in: 1...4, using: &generator)
      return .table(
        Dictionary(
          uniqueKeysWithValues: (0..<count).map {
            ("key\($0)", random(depth: depth - 1, &generator))
          }))
    }
  }
}

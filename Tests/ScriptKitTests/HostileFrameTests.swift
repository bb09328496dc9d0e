import ScriptKit
import Testing
import Values

@Suite struct HostileFrameTests {
  private func error(_ bytes: [UInt8], limits: ScriptLimits = .standard) -> FrameError? {
    do throws(FrameError) {
      let frame = try FrameDecoder.decode(bytes, limits: limits)
      Issue.record("it was read as \(frame)")
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: soundFrames)
  func `a frame that ends too early is refused, wherever it ends`(_ bytes: [UInt8]) {
    for length in 0..<bytes.count { #expect(error(Array(bytes[..<length])) == .truncated) }
  }

  @Test(arguments: soundFrames)
  func `a frame that goes on after its end is refused`(_ bytes: [UInt8]) {
    #expect(error(bytes + [0]) == .trailingBytes)
  }

  @Test func `kinds and tags that do not exist are refused`() {
    for kind in UInt8.min ... .max where !"HTDQOE!U".utf8.contains(kind) {
      #expect(error([kind, 0, 0, 0, 0]) == .unknownKind(kind))
    }
    for tag in UInt8(9) ... .max { #expect(error([UInt8(ascii: "D"), tag]) == .unknownTag(tag)) }
    #expect(error([UInt8(ascii: "E"), 7]) == .unknownKind(7))
  }

  @Test func `lengths and counts that cannot be are refused before anything is made for them`() {
    let most = [UInt8](repeating: 0xff, count: 4)
    let many: [UInt8] = [0xff, 0xff, 0, 0]
    for count in [most, many, [0, 0, 0, 0x80]] {
      for tag in 5...7 as ClosedRange<UInt8> {
        #expect(error([UInt8(ascii: "D"), tag] + count) == .truncated)
      }
      #expect(error([UInt8(ascii: "Q")] + count) == .truncated)
    }
    let trace: [UInt8] = [UInt8(ascii: "E"), UInt8(ascii: "r")] + .init(repeating: 0, count: 16)
    #expect(error(trace + most) == .tooManyItems)
  }

  @Test func `more values than the limit are refused, however they are nested`() {
    var limits = ScriptLimits()
    limits.items = 100
    let list = Value.list(.init(repeating: .null, count: 100))
    #expect(error(frame("D") { $0.value(list) }, limits: limits) == .tooManyItems)
    let lists = Value.list(.init(repeating: .list(.init(repeating: .null, count: 9)), count: 10))
    #expect(error(frame("D") { $0.value(lists) }, limits: limits) == .tooManyItems)
    limits.items = 101
    #expect(throws: Never.self) {
      try FrameDecoder.decode(frame("D") { $0.value(list) }, limits: limits)
    }
  }

  @Test func `tables within tables beyond the limit are refused`() {
    func nested(_ depth: Int) -> Value { (0..<depth).reduce(.list([])) { value, _ in [value] } }
    #expect(throws: Never.self) { try FrameDecoder.decode(frame("D") { $0.value(nested(15)) }) }
    #expect(error(frame("D") { $0.value(nested(16)) }) == .tooDeep)
    let tables = Array(repeating: [6, 1, 0, 0, 0] as [UInt8], count: 5000).flatMap(\.self)
    #expect(error([UInt8(ascii: "D")] + tables) == .tooDeep)
  }

  @Test func `names that are no UTF-8 are refused, and those that come twice`() {
    let bad: [UInt8] = [UInt8(ascii: "D"), 7, 1, 0, 0, 0, 1, 0, 0, 0, 0xff, 0]
    #expect(error(bad) == .invalidText)
    let twice: [UInt8] =
      [UInt8(ascii: "D"), 7, 2, 0, 0, 0] + [1, 0, 0, 0, 0x61, 0] + [1, 0, 0, 0, 0x61, 1]
    #expect(error(twice) == .repeatedName)
    #expect(error(frame("H") { $0.text([0xc3, 0x28]) }) == .invalidText)
  }

  @Test func `a frame beyond the limit is refused unread`() {
    var limits = ScriptLimits()
    limits.frame = 20_000
    #expect(error(.init(repeating: 0xff, count: 20_001), limits: limits) == .tooLarge)
  }

  /// Nothing but an error or a frame may come of any bytes.
  @Test func `frames that were tampered with end as frames or errors`() {
    var generator = SplitMix(seed: 2)
    var errors = 0, frames = 0
    for round in 0..<40_000 {
      var bytes = soundFrames[round % soundFrames.count]
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = .random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.insert(.random(in: 0...9, using: &generator), at: place)
        case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      do throws(FrameError) {
        _ = try FrameDecoder.decode(bytes)
        frames += 1
      } catch {
        errors += 1
      }
    }
    #expect(errors > 1000 && frames > 1000)
  }

  @Test func `what is read again is the same`() throws {
    var generator = SplitMix(seed: 3)
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 1...40, using: &generator)).map { index in
        index == 0 ? UInt8(ascii: "D") : UInt8.random(in: 0...8, using: &generator)
      }
      guard case .done(let value)? = try? FrameDecoder.decode(bytes) else { continue }
      #expect(try FrameDecoder.decode(bytes) == .done(value))
    }
  }
}

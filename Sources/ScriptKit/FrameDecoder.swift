internal import Values

/// Reads frames: a pure function over bytes that never traps and never takes more memory than the
/// frame's size calls for.
public struct FrameDecoder {
  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  private var items = 0
  private let limits: ScriptLimits

  private init(_ bytes: UnsafeRawBufferPointer, _ limits: ScriptLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  /// Reads one frame, its length left out.
  public static func decode(_ bytes: UnsafeRawBufferPointer, limits: ScriptLimits = .standard)
    throws(FrameError) -> ScriptFrame
  {
    guard bytes.count <= limits.largestFrame else { throw .tooLarge }
    var decoder = FrameDecoder(bytes, limits)
    let frame = try decoder.frame()
    guard decoder.place == bytes.count else { throw .trailingBytes }
    return frame
  }

  /// Reads one frame, its length left out.
  public static func decode(_ bytes: [UInt8], limits: ScriptLimits = .standard) throws(FrameError)
    -> ScriptFrame
  {
    let result = bytes.withUnsafeBytes { buffer -> Result<ScriptFrame, FrameError> in
      do throws(FrameError) { return .success(try decode(buffer, limits: limits)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func frame() throws(FrameError) -> ScriptFrame {
    let kind = try byte()
    switch kind {
    case UInt8(ascii: "H"): return .call(try call())
    case UInt8(ascii: "T"): return .table(try value(0))
    case UInt8(ascii: "D"): return .done(try value(0))
    case UInt8(ascii: "Q"): return .require(try lossyText())
    case UInt8(ascii: "O"): return .output(Array(try slice()))
    case UInt8(ascii: "E"): return .failure(try failure())
    case UInt8(ascii: "!"):
      let name = try lossyText()
      return .failure(limits.breach(name, at: try position()))
    case UInt8(ascii: "U"): return .unlocked(try lossyText())
    default: throw .unknownKind(kind)
    }
  }

  // MARK: Kinds of frames

  private mutating func call() throws(FrameError) -> HostCall {
    let name = try text()
    let place = try position()
    let caller = try position()
    let count = Int(try byte())
    var arguments: [Value] = []
    arguments.reserveCapacity(min(count, 4))
    for _ in 0..<count { arguments.append(try value(0)) }
    return HostCall(name: name, arguments: arguments, position: place, caller: caller)
  }

  private mutating func failure() throws(FrameError) -> ScriptError {
    let kind: ScriptError.Kind
    switch try byte() {
    case UInt8(ascii: "s"): kind = .syntax
    case UInt8(ascii: "r"): kind = .runtime
    case UInt8(ascii: "t"): kind = .noTable
    case let other: throw .unknownKind(other)
    }
    let message = try lossyText()
    let hint = try lossyText()
    let place = try position()
    let count = try number()
    guard count <= 64 else { throw .tooManyItems }
    var trace: [String] = []
    for _ in 0..<count { trace.append(try lossyText()) }
    return ScriptError(kind, message, at: place, hint: hint.isEmpty ? nil : hint, trace: trace)
  }

  private mutating func position() throws(FrameError) -> SourcePosition? {
    let file = try slice(), line = try number()
    guard !file.isEmpty, line > 0, line < 1 << 30 else { return nil }
    return SourcePosition(file: String(decoding: file, as: UTF8.self), line: Int(line))
  }

  // MARK: Values

  private mutating func value(_ depth: Int) throws(FrameError) -> Value {
    items += 1
    guard items <= limits.items else { throw .tooManyItems }
    let tag = try byte()
    switch tag {
    case FrameEncoder.Tag.null: return .null
    case FrameEncoder.Tag.false: return .bool(false)
    case FrameEncoder.Tag.true: return .bool(true)
    case FrameEncoder.Tag.integer: return .integer(Int64(bitPattern: try wideNumber()))
    case FrameEncoder.Tag.number: return .number(Double(bitPattern: try wideNumber()))
    case FrameEncoder.Tag.string:
      let slice = try slice()
      return Self.validated(slice).map(Value.string) ?? .bytes(Array(slice))
    case FrameEncoder.Tag.list: return .list(try list(depth))
    case FrameEncoder.Tag.table: return .table(try table(depth))
    case FrameEncoder.Tag.function: return .function
    default: throw .unknownTag(tag)
    }
  }

  private mutating func list(_ depth: Int) throws(FrameError) -> [Value] {
    let count = try count(depth, smallest: 1)
    var list: [Value] = []
    list.reserveCapacity(min(count, 64))
    for _ in 0..<count { list.append(try value(depth + 1)) }
    return list
  }

  private mutating func table(_ depth: Int) throws(FrameError) -> [String: Value] {
    let count = try count(depth, smallest: 5)
    var fields: [String: Value] = [:]
    fields.reserveCapacity(min(count, 64))
    for _ in 0..<count {
      let key = try text()
      let item = try value(depth + 1)
      guard fields.updateValue(item, forKey: key) == nil else { throw .repeatedName }
    }
    return fields
  }

  /// A count of elements, refused when the frame cannot hold so many.
  private mutating func count(_ depth: Int, smallest: Int) throws(FrameError) -> Int {
    guard depth < limits.depth else { throw .tooDeep }
    let count = Int(try number())
    guard count <= (bytes.count - place) / smallest else { throw .truncated }
    guard count <= limits.items else { throw .tooManyItems }
    return count
  }

  // MARK: Bytes

  private mutating func byte() throws(FrameError) -> UInt8 {
    guard place < bytes.count else { throw .truncated }
    defer { place += 1 }
    return bytes[place]
  }

  private mutating func number() throws(FrameError) -> UInt32 {
    guard bytes.count - place >= 4 else { throw .truncated }
    defer { place += 4 }
    return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
  }

  private mutating func wideNumber() throws(FrameError) -> UInt64 {
    guard bytes.count - place >= 8 else { throw .truncated }
    defer { place += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  private mutating func slice() throws(FrameError) -> UnsafeRawBufferPointer {
    let length = Int(try number())
    guard length <= bytes.count - place else { throw .truncated }
    defer { place += length }
    return UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
  }

  /// A text that has to be UTF-8: names and keys.
  private mutating func text() throws(FrameError) -> String {
    guard let text = Self.validated(try slice()) else { throw .invalidText }
    return text
  }

  /// Nearly every text is plain ASCII, of which there is nothing to validate.
  private static func validated(_ slice: UnsafeRawBufferPointer) -> String? {
    for byte in slice where byte >= 0x80 { return String(validating: slice, as: UTF8.self) }
    return String(decoding: slice, as: UTF8.self)
  }

  /// A text for people; what is no UTF-8 is replaced.
  private mutating func lossyText() throws(FrameError) -> String {
    String(decoding: try slice(), as: UTF8.self)
  }
}

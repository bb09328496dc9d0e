public import Values

/// What is wrong with a frame from a script. The script is a stranger's: every frame is taken for an attack.
public enum FrameError: Error, Hashable, Sendable {
  case truncated
  case trailingBytes
  case unknownKind(UInt8)
  case unknownTag(UInt8)
  case tooLarge
  case tooDeep
  case tooManyItems
  case invalidText
}

/// What a script can say.
public enum ScriptFrame: Hashable, Sendable {
  case table(Value)
  case done(Value)
  case call(HostCall)
  case require(String)
  case output([UInt8])
  case failure(ScriptError)
  case locked(String)
}

/// A call of the host.
public struct HostCall: Hashable, Sendable {
  /// With the proxy's name: "host.apk.add".
  public var name: String
  public var arguments: [Value]
  /// Where the plugin calls.
  public var position: SourcePosition?
  /// The innermost frame, when the call comes from a module of the standard library.
  public var caller: SourcePosition?
}

/// Reads frames: a pure function over bytes that never traps and never takes more memory than the frame's size calls for.
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
    guard bytes.count <= limits.frame else { throw .tooLarge }
    var decoder = FrameDecoder(bytes, limits)
    let frame = try decoder.frame()
    guard decoder.place == bytes.count else { throw .trailingBytes }
    return frame
  }

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
    case UInt8(ascii: "T"): return .table(try value(0))
    case UInt8(ascii: "D"): return .done(try value(0))
    case UInt8(ascii: "H"): return .call(try call())
    case UInt8(ascii: "Q"): return .require(try text())
    case UInt8(ascii: "O"): return .output(Array(try slice()))
    case UInt8(ascii: "E"): return .failure(try failure())
    case UInt8(ascii: "!"):
      let name = try lossyText()
      return .failure(
        ScriptError(.limit(name), "the limit on \(name) is used up", at: try position()))
    case UInt8(ascii: "U"): return .locked(try lossyText())
    default: throw .unknownKind(kind)
    }
  }

  private mutating func call() throws(FrameError) -> HostCall {
    let name = try text()
    let place = try position()
    let caller = try position()
    var arguments: [Value] = []
    for _ in 0..<(try byte()) { arguments.append(try value(0)) }
    return HostCall(
      name: name, arguments: arguments, position: place, caller: caller == place ? nil : caller)
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
    let place = try position()
    let count = try number()
    guard count <= 64 else { throw .tooManyItems }
    var trace: [String] = []
    for _ in 0..<count { trace.append(try lossyText()) }
    return ScriptError(kind, message, at: place, trace: trace)
  }

  private mutating func position() throws(FrameError) -> SourcePosition? {
    let file = try lossyText(), line = try number()
    guard !file.isEmpty, line > 0, line < 1 << 30 else { return nil }
    return SourcePosition(file: file, line: Int(line))
  }

  private mutating func value(_ depth: Int) throws(FrameError) -> Value {
    items += 1
    guard items <= limits.items else { throw .tooManyItems }
    let tag = try byte()
    switch tag {
    case 0: return .null
    case 1: return .bool(false)
    case 2: return .bool(true)
    case 3: return .integer(Int64(bitPattern: try wideNumber()))
    case 4: return .number(Double(bitPattern: try wideNumber()))
    case 5:
      let slice = try slice()
      return String(validating: slice, as: UTF8.self).map(Value.string) ?? .bytes(Array(slice))
    case 6:
      let count = try count(depth, smallest: 1)
      var list: [Value] = []
      list.reserveCapacity(min(count, 64))
      for _ in 0..<count { list.append(try value(depth + 1)) }
      return .list(list)
    case 7:
      let count = try count(depth, smallest: 5)
      var fields: [String: Value] = [:]
      for _ in 0..<count {
        let key = try text()
        fields[key] = try value(depth + 1)
      }
      return .table(fields)
    case 8: return .function
    default: throw .unknownTag(tag)
    }
  }

  /// A count of elements, refused when the frame cannot hold so many.
  private mutating func count(_ depth: Int, smallest: Int) throws(FrameError) -> Int {
    guard depth < limits.depth else { throw .tooDeep }
    let count = Int(try number())
    guard count <= (bytes.count - place) / smallest else { throw .truncated }
    guard count <= limits.items else { throw .tooManyItems }
    return count
  }

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
    guard let text = String(validating: try slice(), as: UTF8.self) else { throw .invalidText }
    return text
  }

  /// A text for people; what is no UTF-8 is replaced.
  private mutating func lossyText() throws(FrameError) -> String {
    String(decoding: try slice(), as: UTF8.self)
  }
}

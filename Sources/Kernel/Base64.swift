internal import FoundationEssentials

/// Base64 (RFC 4648) of bytes that cannot stand in JSON as text.
enum Base64 {
  struct Malformed: Error, CustomStringConvertible {
    var description: String { "malformed base64" }
  }

  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  static func decode(_ text: String) throws(Malformed) -> [UInt8] {
    guard let data = Data(base64Encoded: text) else { throw Malformed() }
    return [UInt8](data)
  }
}

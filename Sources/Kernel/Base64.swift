internal import FoundationEssentials

/// Base64 (RFC 4648) of bytes that cannot stand as text.
public enum Base64 {
  public struct Malformed: Error, CustomStringConvertible {
    public var description: String { "malformed base64" }
  }

  public static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

  public static func decode(_ text: String) throws(Malformed) -> [UInt8] {
    guard let data = Data(base64Encoded: text) else { throw Malformed() }
    return [UInt8](data)
  }
}

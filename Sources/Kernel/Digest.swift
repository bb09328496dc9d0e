internal import CLinux

/// SHA-256 (FIPS 180-4), as sha256sum(1) writes it.
public enum Digest {
  /// 64 hexadecimal digits.
  public static func sha256(_ bytes: [UInt8]) -> String {
    let digest = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      bytes.withUnsafeBytes {
        linux_sha256($0.baseAddress ?? UnsafeRawPointer(base), $0.count, base)
      }
      count = 32
    }
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

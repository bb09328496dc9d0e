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
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

internal import Glibc

/// The variables by which programs are told of proxies (curl(1), and podman and apk alike).
public enum Proxies {
  private static let names = [
    "http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY",
    "NO_PROXY",
  ]

  /// As whoever started alpod has them.
  public static var environment: [String: String] {
    var variables: [String: String] = [:]
    for name in names {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }
}

/// Waiting for other programs.
enum Pause {
  static func milliseconds(_ count: Int) { _ = usleep(UInt32(clamping: count * 1000)) }
}

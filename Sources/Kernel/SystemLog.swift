internal import CLinux

/// The system's log (syslog(3), facility authpriv). Where nobody listens nothing is said, and nothing fails.
public enum SystemLog {
  public static func write(_ text: String) { linux_log(text) }
}

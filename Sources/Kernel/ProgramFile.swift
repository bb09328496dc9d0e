internal import Glibc

/// The file that this program was started from.
public enum ProgramFile {
  /// Another text for each build that is put in its place; nil where there is no /proc to look it up in.
  public static var identity: String? {
    var raw = stat()
    guard stat("/proc/self/exe", &raw) == 0 else { return nil }
    let time = raw.st_ctim
    return "\(raw.st_dev) \(raw.st_ino) \(raw.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }
}

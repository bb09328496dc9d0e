internal import CLinux

/// The person's Ctrl-C, or a TERM or HUP: noted, so that the program can end at a place where nothing is half done.
public enum Interruption {
  /// From here on the signals are noted in place of ending the process.
  public static func watch() { linux_watch_signals() }

  /// From here on the next signal ends the process.
  public static func unwatch() { linux_unwatch_signals() }

  /// From here on the signals do nothing.
  public static func ignore() { linux_ignore_signals() }

  /// The number of the signal that asked to stop, if one did.
  public static var signal: Int32? {
    let number = linux_received_signal()
    return number == 0 ? nil : number
  }

  /// How many have come. With the first alpod ends once the change at hand is through, the second is somebody who wonders why
  /// it does not, and with the third the program at work is told to end.
  public static var count: Int { Int(linux_received_count()) }
}

import CProbe
import Glibc
import Testing

/// Mounts that nobody sees but one thread and the programs it starts; the kernel takes them down with it.
enum PrivateMounts {
  /// Runs `body` on a thread with mounts of its own. It has to give back what it saw: expectations belong to the thread
  /// of the test.
  static func with<T>(_ body: @escaping () throws -> T) throws -> T {
    var result: Result<T, any Error>?
    let job = Job {
      result = Result {
        try #require(probe_own_mounts() == 0)
        return try body()
      }
    }
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { raw in
        if let raw { Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().work() }
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    try #require(started == 0)
    pthread_join(thread, nil)
    return try #require(result).get()
  }

  private final class Job {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}

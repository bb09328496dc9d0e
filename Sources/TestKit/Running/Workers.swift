internal import CLinux
internal import Glibc
internal import Synchronization

/// Threads that work beside each other.
enum Workers {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Processors that this process may use.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// What a thread's stack takes; tables within tables are gone through by recursion.
  private static let stack = 8 << 20

  /// Works on all of them, on as many at a time as there are processors.
  /// - Returns: the results in the order of what they are of.
  static func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) -> Result
  ) -> [Result] {
    let results = Slots<Result>(items.count)
    let next = Counter()
    let loop: @Sendable () -> Void = {
      while let index = next.take(below: items.count) {
        results.put(body(items[index]), at: index)
      }
    }
    var threads: [pthread_t] = []
    for _ in 0..<min(processors, items.count) {
      guard let thread = start(loop) else { continue }
      threads.append(thread)
    }
    // Where there is no thread to be had, this one does it.
    if threads.isEmpty { loop() }
    for thread in threads { pthread_join(thread, nil) }
    return results.all
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stack)
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let status = pthread_create(
      &thread, &attributes,
      { pointer in
        if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      work.release()
      return nil
    }
    return thread
  }

  private final class Counter: Sendable {
    private let next = Mutex(0)

    func take(below limit: Int) -> Int? {
      next.withLock { next in
        guard next < limit else { return nil }
        defer { next += 1 }
        return next
      }
    }
  }

  private final class Slots<Result: Sendable>: Sendable {
    private let slots: Mutex<[Result?]>

    init(_ count: Int) { slots = Mutex([Result?](repeating: nil, count: count)) }

    func put(_ result: Result, at index: Int) { slots.withLock { $0[index] = result } }

    var all: [Result] { slots.withLock { $0.compactMap { $0 } } }
  }
}

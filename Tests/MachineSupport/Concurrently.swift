import Foundation
import Synchronization

/// Works on all of them, on as many at a time as there are processors.
/// - Parameter body: gives back what it has to complain of: expectations belong to the thread of a test.
/// - Returns: all complaints, and every error that was thrown.
public func concurrently<T: Sendable>(
  _ all: [T], _ body: @escaping @Sendable (T) throws -> [String]
) -> [String] {
  let next = Mutex(0), complaints = Mutex<[String]>([])
  let workers = (0..<ProcessInfo.processInfo.activeProcessorCount).map { _ in
    Thread {
      while true {
        let index = next.withLock { next in
          defer { next += 1 }
          return next
        }
        guard index < all.count else { return }
        let found: [String]
        do { found = try body(all[index]) } catch { found = ["\(all[index]): \(error)"] }
        complaints.withLock { $0 += found }
      }
    }
  }
  for worker in workers {
    worker.stackSize = 8 << 20
    worker.start()
  }
  while workers.contains(where: { !$0.isFinished }) { usleep(20_000) }
  return complaints.withLock { $0 }
}

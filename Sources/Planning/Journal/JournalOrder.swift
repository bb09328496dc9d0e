internal import Kernel

/// What comes after what in a journal. Each record may be whole and the journal wrong all the same: put together from two,
/// or with a line taken out. Nothing is guessed then.
enum JournalOrder {
  static func check(_ records: [JournalRecord], of run: Int, _ path: MachinePath)
    throws(JournalFailure)
  {
    var begun = 0
    var hasEnded = false
    for (index, record) in records.enumerated() {
      let complaint = complaint(record, index, run, &begun, &hasEnded)
      if let complaint { throw .damaged(path, line: index + 1, complaint) }
    }
  }

  /// - Parameter begun: how many changes the lines before have begun.
  private static func complaint(
    _ record: JournalRecord, _ index: Int, _ run: Int, _ begun: inout Int, _ hasEnded: inout Bool
  ) -> String? {
    if case .begin(let begin) = record {
      if index > 0 { return "the run begins a second time" }
      return begin.run == run ? nil : "it is the journal of run \(begin.run)"
    }
    if index == 0 { return "the run does not begin" }
    if case .confirmed = record { return nil }
    if hasEnded { return "it goes on after its end" }
    let numbers: [Int]
    switch record {
    case .begin, .confirmed, .left, .pruned: return nil
    case .end:
      hasEnded = true
      return nil
    case .intend(let entries):
      guard entries.map(\.number) == entries.indices.map({ begun + $0 + 1 }) else {
        return "changes between \(begun) and \(entries.first?.number ?? 0) are missing"
      }
      begun += entries.count
      return nil
    case .done(let all), .reverted(let all): numbers = all
    case .failed(let number, _, _): numbers = [number]
    }
    let unknown = numbers.first { !(1...max(1, begun)).contains($0) || begun == 0 }
    return unknown.map { "change \($0) was never begun" }
  }
}

internal import CScript
internal import Glibc
internal import Values

/// What the core itself spends on a script. The script's own limits do not bound it: one call is a
/// few microseconds' work for the script, and may be any amount for whoever answers it.
extension Script {
  struct Expense {
    /// What conversations that are over have taken, in nanoseconds.
    var before: Int64 = 0
    /// The processor time of the thread when this conversation began.
    var start: Int64 = 0
    /// What the program had in memory when the script began.
    let memory: Int64

    /// When it was looked at last, by a clock that costs nothing.
    var looked: Int64 = 0

    init() { memory = script_expense().memory }

    mutating func begin() { start = script_expense().processor_time }
    mutating func end() { before += script_expense().processor_time - start }

    /// Whether it is time to look again: asking the kernel takes a part of what a call does.
    mutating func isDue() -> Bool {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
      let now = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
      guard now - looked >= 10 else { return false }
      looked = now
      return true
    }
  }

  /// Ends a script that has cost too much, or that nobody wants any more.
  func lookAtExpense(_ position: SourcePosition?) throws(ScriptError) {
    guard expense.isDue() else { return }
    if isInterrupted() { throw ending(ScriptError(.interrupted, "was interrupted")) }
    let now = script_expense()
    let time = expense.before + now.processor_time - expense.start
    if time / 1_000_000 > Int64(clamping: limits.coreTime) {
      throw ending(limits.breach(ScriptLimits.Name.coreTime, at: position))
    }
    if now.memory - expense.memory > Int64(clamping: limits.coreMemory) {
      throw ending(limits.breach(ScriptLimits.Name.coreMemory, at: position))
    }
  }
}

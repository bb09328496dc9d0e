internal import CScript
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

    init() { memory = script_expense().memory }

    mutating func begin() { start = script_expense().processor_time }
    mutating func end() { before += script_expense().processor_time - start }
  }

  /// Looks at every sixteenth call: asking the kernel takes a part of what a call does.
  func lookAtExpense(_ position: SourcePosition?) throws(ScriptError) {
    guard calls.isMultiple(of: 16) else { return }
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

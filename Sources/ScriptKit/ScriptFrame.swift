public import Values

/// What a script can say.
public enum ScriptFrame: Hashable, Sendable {
  /// The table of a script that was loaded.
  case table(Value)
  /// The first result of a function that was called.
  case done(Value)
  case call(HostCall)
  case require(String)
  case output([UInt8])
  /// An error that was not caught, a syntax error, no table, or a limit.
  case failure(ScriptError)
  /// The process could not be locked in, and why.
  case unlocked(String)
}

/// What is wrong with a frame from a script. The script is a stranger's: every frame is taken for
/// an attack.
public enum FrameError: Error, Hashable, Sendable {
  /// It ends before what it announces.
  case truncated
  /// It goes on after its end.
  case trailingBytes
  case unknownKind(UInt8)
  case unknownTag(UInt8)
  /// Longer than a frame may be.
  case tooLarge
  /// More tables within tables than there may be.
  case tooDeep
  /// More values than there may be.
  case tooManyItems
  /// A name that is no UTF-8.
  case invalidText
  /// A name that a table has twice.
  case repeatedName
  /// A sound frame that has no place here in the conversation.
  case unexpected
}

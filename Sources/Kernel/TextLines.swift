extension StringProtocol {
  /// The lines of a text, without their line feeds. (A carriage return with a line feed is one character to Swift, at which
  /// a split at line feeds does not split.)
  public func textLines(omittingEmpty: Bool = true) -> [Substring] {
    Substring(self).utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: omittingEmpty
    ).map { Substring($0) }
  }
}

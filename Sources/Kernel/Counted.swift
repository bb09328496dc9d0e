extension Int {
  /// "1 change", "2 changes".
  ///
  /// - Parameter noun: one whose plural ends in s.
  public func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

public import Changes
public import Values

/// A change with who asked for it.
public struct DraftedChange: Sendable {
  public var instance: String
  /// Where the plugin asks for it.
  public var position: SourcePosition?
  public var change: any Change
  /// Whether its before-state follows from an earlier change of the plan instead of having been seen.
  public var isPredicted: Bool

  public init(
    instance: String, position: SourcePosition?, change: any Change, isPredicted: Bool = false
  ) {
    self.instance = instance
    self.position = position
    self.change = change
    self.isPredicted = isPredicted
  }
}

/// Something that is set up and will hold from the next boot on.
public struct BootNote: Hashable, Sendable {
  public var instance: String
  public var text: String
  /// Whether the set-up cannot be used before that boot.
  public var needsReboot: Bool

  public init(instance: String, text: String, needsReboot: Bool) {
    self.instance = instance
    self.text = text
    self.needsReboot = needsReboot
  }
}

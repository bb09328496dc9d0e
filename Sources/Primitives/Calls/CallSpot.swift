/// What in a call is wrong, for whoever shows it in the text of the plugin.
public struct CallSpot: Hashable, Sendable {
  /// Without "host.", and as it was written: "apk.add".
  public var call: String
  /// "packages[2].version"; empty for the call itself.
  public var place: String
  /// Whether it is the field's name that is wrong, not its value.
  public var isName: Bool

  public init(_ call: String, place: String = "", isName: Bool = false) {
    self.call = call
    self.place = place
    self.isName = isName
  }
}

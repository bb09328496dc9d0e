/// How long somebody has, once a run is through, to say that it has not cut them off.
public struct ConfirmationWindow: Hashable, Sendable {
  public let seconds: Int

  /// - Parameter text: "60s", "5m", or seconds without a unit; ten seconds to one hour.
  public init?(_ text: String) {
    let unit = text.last.flatMap { ["s": 1, "m": 60, "h": 3600][$0] }
    let digits = unit == nil ? Substring(text) : text.dropLast()
    guard digits.allSatisfy(\.isASCII), let number = Int(digits), (1...3600).contains(number),
      (10...3600).contains(number * (unit ?? 1))
    else { return nil }
    seconds = number * (unit ?? 1)
  }
}

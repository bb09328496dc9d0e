/// What making a change, or taking it back, costs beyond what it shows.
public struct Reversal: Hashable, Sendable {
  /// What stays when it is taken back, by name: a mount, a module in use, an account.
  public var leaves: [String]
  /// What runs and is stopped when it is made, by name.
  public var disturbs: [String]
  /// What is gone for good when it is made, by name. Nobody loses data by saying yes to a whole plan.
  public var loses: [String]

  public init(leaves: [String] = [], disturbs: [String] = [], loses: [String] = []) {
    self.leaves = leaves
    self.disturbs = disturbs
    self.loses = loses
  }

  /// Nothing: everything is as it was.
  public static let exact = Reversal()

  public static func leaves(_ items: [String]) -> Reversal { Reversal(leaves: items) }
  public static func disturbs(_ items: [String]) -> Reversal { Reversal(disturbs: items) }
  public static func loses(_ items: [String]) -> Reversal { Reversal(loses: items) }

  /// The word for it in plans and `--json`: the gravest that holds.
  public var label: String {
    if !loses.isEmpty { return "loses data" }
    if !disturbs.isEmpty { return "disturbs" }
    return leaves.isEmpty ? "exact" : "leaves residue"
  }

  /// Everything there is to say, the gravest first, each with the word for it.
  public var details: [(label: String, text: String)] {
    loses.map { ("loses data", $0) } + disturbs.map { ("disturbs", $0) }
      + leaves.map { ("leaves residue", $0) }
  }
}

/// A place in a plugin's text: what errors and plans point at.
public struct SourcePosition: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The file as people know it: "plugins/rootless.lua".
  public var file: String
  /// From 1.
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

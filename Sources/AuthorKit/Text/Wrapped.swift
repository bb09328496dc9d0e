/// Text in lines of a width.
public enum Wrapped {
  /// Breaks between words; a word longer than a line keeps a line to itself.
  /// - Parameter indent: stands before every line, and counts.
  public static func lines(_ text: String, width: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = indent
      for word in paragraph.split(separator: " ") {
        if line.count > indent.count {
          if line.count + 1 + word.count > width {
            lines.append(line)
            line = indent
          } else {
            line += " "
          }
        }
        line += word
      }
      lines.append(line.count > indent.count ? line : "")
    }
    return lines
  }
}

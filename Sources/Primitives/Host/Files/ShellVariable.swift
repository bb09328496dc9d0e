internal import Machines

/// KEY="VALUE" in a file that a shell reads.
struct ShellVariable {
  private let key: String
  private let value: String

  /// - Throws: for a name that is none, and for a value that a shell would not take as it is.
  init(_ key: String, _ value: String, call: String) throws(PrimitiveFailure) {
    guard let first = key.utf8.first, !first.isDigit, key.isMade(of: "_") else {
      throw .argument("\(call): key must be a shell variable's name, not \"\(key)\"")
    }
    guard !value.contains(where: { "\"\\$`".contains($0) }) else {
      throw .argument(
        "\(call): value holds a character that a shell would not take as it is: \" \\ $ or `")
    }
    self.key = key
    self.value = value
  }

  /// Sets it where it is set last, else below a sample of it, else at the end.
  /// - Returns: false when it has the value already.
  func set(in file: inout LineEdit) -> Bool {
    let line = Array("\(key)=\"\(value)\"".utf8)
    // The shell reads from the top, so the last assignment is the one that counts.
    if let index = file.lines.lastIndex(where: { assigned(in: $0) != nil }) {
      if assigned(in: file.lines[index]) == value { return false }
      file.lines[index] = line
    } else if let sample = file.lines.lastIndex(where: isSample) {
      file.lines.insert(line, at: sample + 1)
    } else {
      file.lines.append(line)
      file.endsWithLineFeed = true
    }
    return true
  }

  /// The value that a line gives the key, quotes and a comment behind it left out; nil for any other line.
  private func assigned(in line: [UInt8]) -> String? {
    var text = line[...].trimmed
    if text.starts(with: "export ".utf8) { text = text.dropFirst(7).trimmed }
    guard text.starts(with: key.utf8), text.dropFirst(key.utf8.count).first == UInt8(ascii: "=")
    else {
      return nil
    }
    let rest = text.dropFirst(key.utf8.count + 1)
    if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return rest.dropFirst().prefix { $0 != quote }.text
    }
    return rest.words.first?.text ?? ""
  }

  /// A commented-out assignment, as distributions ship them for people to see.
  private func isSample(_ line: [UInt8]) -> Bool {
    guard line.first == UInt8(ascii: "#") else { return false }
    return line.drop { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: " ") }
      .starts(with: Array(key.utf8) + [UInt8(ascii: "=")])
  }
}

/// What ArgumentParser has no form for: an option whose value may be left out.
enum ArgumentWords {
  /// `--simulate=NAME` becomes `--simulate --fixture NAME`, and `--keep-id=UID:GID` in the same way.
  static func prepared(_ arguments: [String]) -> [String] {
    var words: [String] = []
    var isOperand = false
    for word in arguments {
      if word == "--" { isOperand = true }
      if !isOperand, word.hasPrefix("--simulate=") {
        words += ["--simulate", "--fixture", String(word.dropFirst("--simulate=".count))]
      } else if !isOperand, word.hasPrefix("--keep-id=") {
        words += ["--keep-id", "--keep-id-as", String(word.dropFirst("--keep-id=".count))]
      } else {
        words.append(word)
      }
    }
    return words
  }
}

extension UInt8 {
  /// 0 to 9.
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// a to z, A to Z, 0 to 9.
  var isLetterOrDigit: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}

extension String {
  /// Letters, digits and these signs, at least one.
  func isMade(of signs: String) -> Bool {
    !isEmpty && utf8.allSatisfy { $0.isLetterOrDigit || signs.utf8.contains($0) }
  }
}

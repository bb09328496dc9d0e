/// Sizes for people, in the units that apk uses.
public enum ByteCount {
  /// "98 MiB", "512 B"; whole numbers from ten up, one decimal below.
  public static func text(_ bytes: Int) -> String {
    var value = Double(bytes)
    var unit = "B"
    for next in ["KiB", "MiB", "GiB"] where value.rounded() >= 1024 {
      value /= 1024
      unit = next
    }
    if unit == "B" || value >= 10 { return "\(Int(value.rounded())) \(unit)" }
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
  }
}

internal import Machines

/// Draws how ids of containers become ids of the machine, as bars one above the other.
struct IDMapScreen {
  let style: Style
  /// Columns that there are.
  let width: Int

  func text(_ picture: IDMapPicture, asking ids: [UInt32]) -> String {
    var text = style.bold(title(picture)) + "\n"
    // Most often both kinds are the same, and are drawn once.
    let sides = picture.sides
    let isSame = sides.allSatisfy { side in
      side.segments.map(\.inside) == sides[0].segments.map(\.inside)
        && side.segments.map(\.outside) == sides[0].segments.map(\.outside)
    }
    for side in isSame ? [sides[0]] : sides {
      text += "\n" + bars(side, title: isSame ? "user and group ids" : "\(side.kind) ids")
    }
    text += "\n" + owners(picture, ids)
    for remark in picture.remarks {
      text += style.yellow("! ") + remark.printable + "\n"
    }
    return text
  }

  private func title(_ picture: IDMapPicture) -> String {
    let (uid, gid) = picture.identity
    let who = uid == 0 ? "root" : gid == uid ? "\(uid)" : "\(uid):\(gid)"
    return
      "In the containers of \(picture.user.name) (\(picture.user.uid)), \(picture.user.name) is \(who)"
      .printable
  }

  // MARK: Bars

  private func bars(_ side: IDMapPicture.Side, title: String) -> String {
    let labels = side.segments.map { segment in
      (
        inside: Self.range(segment.inside, segment.count),
        outside: segment.outside.map { Self.range($0, segment.count) } ?? "nobody",
        owner: segment.owner ?? "—"
      )
    }
    let margin = 11
    let widths = Self.widths(
      side.segments.map(\.count),
      least: labels.map { max($0.inside.count, $0.outside.count, $0.owner.count) + 2 },
      total: width - margin)
    var rows = ["", "", "", ""].map { $0 }
    var edges = ("", "")
    for (index, label) in labels.enumerated() {
      let inner = max(1, widths[index])
      let isHole = side.segments[index].outside == nil
      rows[0] += "│" + paint(Self.centred(label.inside, inner), index, isHole)
      rows[1] += "│" + paint(Self.centred(label.outside, inner), index, isHole)
      rows[2] += " " + style.dim(Self.centred(label.owner, inner))
      let line = String(repeating: "─", count: inner)
      edges.0 += (index == 0 ? "┌" : "┬") + line
      edges.1 += (index == 0 ? "└" : "┴") + line
    }
    let middle = edges.0.replacing("┌", with: "├").replacing("┬", with: "┼")
    let blank = String(repeating: " ", count: margin)
    return blank + style.dim(title) + "\n"
      + blank + edges.0 + "┐\n"
      + "container  " + rows[0] + "│\n"
      + blank + middle + "┤\n"
      + "machine    " + rows[1] + "│\n"
      + blank + edges.1 + "┘\n"
      + blank + rows[2] + "\n"
  }

  private func paint(_ text: String, _ index: Int, _ isHole: Bool) -> String {
    if isHole { return style.dim(text) }
    return [style.green, style.cyan, style.yellow][index % 3](text)
  }

  static func range(_ start: UInt32, _ count: UInt32) -> String {
    count <= 1 ? "\(start)" : "\(start) to \(UInt64(start) + UInt64(count) - 1)"
  }

  /// Each as wide as what stands in it; what is left goes to the large ones.
  static func widths(_ counts: [UInt32], least: [Int], total: Int) -> [Int] {
    var widths = least
    var left = total - least.reduce(0, +) - counts.count - 1
    guard let largest = counts.indices.max(by: { counts[$0] < counts[$1] }) else { return widths }
    left = max(0, left)
    // Not in proportion, or all but one would vanish.
    widths[largest] += min(left, 24)
    return widths
  }

  private static func centred(_ text: String, _ width: Int) -> String {
    let space = max(0, width - text.count)
    return String(repeating: " ", count: space / 2) + text
      + String(repeating: " ", count: space - space / 2)
  }

  // MARK: Owners

  private func owners(_ picture: IDMapPicture, _ ids: [UInt32]) -> String {
    var text = ""
    for id in ids {
      let who = id == 0 ? "root (0)" : "\(id)"
      switch picture.owner(ofFileBy: id) {
      case picture.user.uid?:
        text +=
          "a file made by \(who) in the container belongs to \(picture.user.name) on the machine\n"
      case let other?:
        text +=
          "a file made by \(who) in the container belongs to \(other) on the machine, who is nobody there\n"
      case nil: text += "nobody in the container can be \(id)\n"
      }
    }
    return text.printableLines
  }
}

extension String {
  fileprivate var printableLines: String {
    split(separator: "\n").map { String($0).printable + "\n" }.joined()
  }
}

internal import Machines

/// The same picture for a document: two rows of boxes, and what becomes what between them.
struct IDMapSVG {
  private static let width = 760
  private static let margin = 110
  private static let colours = ["#2e7d32", "#1565c0", "#ef6c00", "#6a1b9a"]

  func text(_ picture: IDMapPicture) -> String {
    var body = ""
    var top = 56
    for side in picture.sides {
      body += drawing(side, top: top)
      top += 172
    }
    for remark in picture.remarks {
      body += label(remark, x: 16, y: top, size: 13, colour: "#b00020", anchor: "start")
      top += 20
    }
    let (uid, gid) = picture.identity
    let who = uid == 0 ? "root" : gid == uid ? "\(uid)" : "\(uid):\(gid)"
    let title =
      "In the containers of \(picture.user.name) (\(picture.user.uid)), \(picture.user.name) is \(who)"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(top + 8)" \
      viewBox="0 0 \(Self.width) \(top + 8)" font-family="sans-serif" role="img">
      <title>\(Self.escaped(title))</title>
      <rect width="100%" height="100%" fill="#ffffff"/>
      \(label(title, x: 16, y: 28, size: 16, colour: "#212121", anchor: "start", isBold: true))\(body)</svg>

      """
  }

  private func drawing(_ side: IDMapPicture.Side, top: Int) -> String {
    let segments = side.segments
    let room = Self.width - Self.margin - 16
    let weights = segments.map { $0.count <= 1 ? 1.0 : 4.0 }
    let total = weights.reduce(0, +)
    var text = label(
      "\(side.kind) ids", x: 16, y: top, size: 13, colour: "#616161", anchor: "start")
    text += label("container", x: 16, y: top + 40, size: 13, colour: "#212121", anchor: "start")
    text += label("machine", x: 16, y: top + 116, size: 13, colour: "#212121", anchor: "start")
    // On the machine they stand in the order of the machine's ids.
    let below = segments.indices.filter { segments[$0].outside != nil }.sorted {
      (segments[$0].outside ?? 0) < (segments[$1].outside ?? 0)
    }
    let mappedTotal = below.reduce(0.0) { $0 + weights[$1] }
    var places: [Int: (x: Int, width: Int)] = [:]
    var x = Double(Self.margin)
    for index in below {
      let width = Double(room) * weights[index] / max(mappedTotal, 1)
      places[index] = (Int(x), Int(width) - 4)
      x += width
    }
    x = Double(Self.margin)
    for (index, segment) in segments.enumerated() {
      let width = Int(Double(room) * weights[index] / max(total, 1)) - 4
      let colour = segment.outside == nil ? "#9e9e9e" : Self.colours[index % Self.colours.count]
      text += box(
        IDMapScreen.range(segment.inside, segment.count), x: Int(x), y: top + 18, width: width,
        colour: colour)
      if let place = places[index], let outside = segment.outside {
        text +=
          "<path d=\"M\(Int(x)) \(top + 52) L\(Int(x) + width) \(top + 52) L\(place.x + place.width) \(top + 94) L\(place.x) \(top + 94) Z\" fill=\"\(colour)\" fill-opacity=\"0.18\"/>\n"
        text += box(
          IDMapScreen.range(outside, segment.count), x: place.x, y: top + 94, width: place.width,
          colour: colour)
        text += label(
          segment.owner ?? "", x: place.x + place.width / 2, y: top + 144, size: 12,
          colour: "#616161", anchor: "middle")
      } else {
        text += label(
          "nobody", x: Int(x) + width / 2, y: top + 70, size: 12, colour: "#616161",
          anchor: "middle")
      }
      x += Double(width + 4)
    }
    return text
  }

  private func box(_ text: String, x: Int, y: Int, width: Int, colour: String) -> String {
    "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"34\" rx=\"4\" fill=\"\(colour)\"/>\n"
      + label(
        text, x: x + width / 2, y: y + 22, size: 13, colour: "#ffffff", anchor: "middle")
  }

  private func label(
    _ text: String, x: Int, y: Int, size: Int, colour: String, anchor: String,
    isBold: Bool = false
  ) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" fill=\"\(colour)\" text-anchor=\"\(anchor)\"\(isBold ? " font-weight=\"bold\"" : "")>\(Self.escaped(text))</text>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }
}

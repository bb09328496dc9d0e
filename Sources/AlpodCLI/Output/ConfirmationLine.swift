internal import Planning

/// Says that what was changed is taken back unless somebody confirms it, however the run ended.
enum ConfirmationLine {
  /// - Parameter window: nil when nobody has to.
  static func say(_ window: ConfirmationWindow?, _ summary: Run.Summary, _ json: JSONObserver?) {
    guard let window, summary.changed > 0 else { return }
    let text = "within \(window.seconds) s: alpod confirm"
    if let json { return json.say("confirm", text, nil) }
    Output.write(
      Style(isOn: Terminal.current.hasColour).bold("Confirm \(text)")
        + "   (from a new connection; else all of it is taken back)\n")
  }
}

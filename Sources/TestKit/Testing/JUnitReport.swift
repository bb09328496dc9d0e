internal import Kernel
internal import Values

/// Results in the form that CI servers read: JUnit's XML.
public enum JUnitReport {
  public static func text(_ results: [TestResult], duration: Duration) -> String {
    var order: [String] = []
    var bySubject: [String: [TestResult]] = [:]
    for result in results {
      if bySubject[result.subject] == nil { order.append(result.subject) }
      bySubject[result.subject, default: []].append(result)
    }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"alpod\" \(counts(results)) time=\"\(seconds(duration))\">\n"
    for subject in order {
      let own = bySubject[subject] ?? []
      let time = own.map(\.duration).reduce(.zero, +)
      text +=
        "  <testsuite name=\"\(escaped(subject))\" \(counts(own)) time=\"\(seconds(time))\">\n"
      for result in own { text += testCase(result) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func counts(_ results: [TestResult]) -> String {
    let failed = results.count { $0.outcome == .failed }
    let broken = results.count { $0.outcome == .broken }
    return "tests=\"\(results.count)\" failures=\"\(failed)\" errors=\"\(broken)\""
  }

  private static func testCase(_ result: TestResult) -> String {
    let group = ([result.subject] + result.path.dropLast()).joined(separator: " › ")
    let name = (result.path.last ?? "") + (result.fixture.map { ", on \($0)" } ?? "")
    var text =
      "    <testcase classname=\"\(escaped(group))\" name=\"\(escaped(name))\" time=\"\(seconds(result.duration))\""
    if let place = result.failure?.place {
      text += " file=\"\(escaped(place.file))\" line=\"\(place.line)\""
    }
    guard let failure = result.failure else { return text + "/>\n" }
    let kind = failure.isBroken ? "error" : "failure"
    text +=
      ">\n      <\(kind) message=\"\(escaped(failure.text))\">\(escaped(failure.report))</\(kind)>\n"
    if !result.output.isEmpty {
      text += "      <system-out>\(escaped(result.output))</system-out>\n"
    }
    return text + "    </testcase>\n"
  }

  private static func seconds(_ duration: Duration) -> String {
    let milliseconds = duration / .milliseconds(1)
    return "\((milliseconds).rounded() / 1000)"
  }

  /// XML 1.0 knows no control characters but tab and the ends of lines, not even escaped.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t": result += "&#9;"
      case "\n": result += "&#10;"
      default:
        let isAllowed =
          scalar.value >= 0x20 && scalar.value != 0x7f && scalar.value != 0xfffe
          && scalar.value != 0xffff
        result.unicodeScalars.append(isAllowed ? scalar : "\u{fffd}")
      }
    }
    return result
  }
}

extension TestFailure {
  /// All there is to say, line by line.
  public var report: String {
    var lines = [place.map { "\($0): \(text)" } ?? text]
    if let cause { lines.append("at \(cause)") }
    if !diff.isEmpty { lines += diff.textLines().map(String.init) }
    if let plan {
      lines.append(plan.isEmpty ? "the plan is empty" : "the plan:")
      lines += plan.map { "  " + $0 }
    }
    for frame in trace.dropFirst() { lines.append("called from \(frame)") }
    if let hint { lines.append("hint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}

import PlanSupport
import Primitives
import Testing
import Values

/// What every call refuses before it looks at the machine.
@Suite struct ArgumentTests {
  @Test func `a call takes every field of its signature`() throws {
    for primitive in HostAPI.primitives where !primitive.signature.parameters.isEmpty {
      let samples = primitive.signature.samples
      let arguments = try Arguments([.table(samples)], for: primitive.signature)
      for (name, value) in samples { #expect(arguments[name] == value) }
    }
  }

  @Test(arguments: Field.all)
  func `a misspelt field is refused with the one that was meant`(_ field: Field) throws {
    var fields = field.signature.samples
    fields[field.parameter.name + "x"] = fields.removeValue(forKey: field.parameter.name)
    #expect(
      field.problem(fields)
        == "host.\(field.signature.name): unknown field '\(field.parameter.name)x'; did you mean '\(field.parameter.name)'?"
    )
  }

  @Test(arguments: Field.all)
  func `a field of a wholly other name is refused with those there are`(_ field: Field) throws {
    var fields = field.signature.samples
    fields["zzzzzzzz"] = 1
    let problem = try #require(field.problem(fields))
    #expect(problem.contains("unknown field 'zzzzzzzz'; it takes "))
    for parameter in field.signature.parameters { #expect(problem.contains(parameter.name)) }
  }

  @Test(arguments: Field.all)
  func `a required field that is missing is named, any other may be`(_ field: Field) throws {
    var fields = field.signature.samples
    fields[field.parameter.name] = nil
    let expected =
      field.parameter.isRequired
      ? "host.\(field.signature.name): the field '\(field.parameter.name)' is missing: \(field.parameter.help) (\(field.parameter.type.title))"
      : nil
    #expect(field.problem(fields) == expected)
    fields[field.parameter.name] = .null
    #expect(field.problem(fields) == expected)
  }

  @Test(arguments: Field.all)
  func `what stands in for a field that is not given is of its type`(_ field: Field) throws {
    guard let fallback = field.parameter.fallback else { return }
    #expect(try field.parameter.type.check(fallback) == fallback)
    var fields = field.signature.samples
    fields[field.parameter.name] = nil
    #expect(try Arguments([.table(fields)], for: field.signature)[field.parameter.name] == fallback)
  }

  @Test(arguments: Field.all)
  func `a value of another type is refused with what it is`(_ field: Field) throws {
    let type = field.parameter.type
    var wrong: [Value] = [.function, .number(0.5)]
    if type != .boolean { wrong.append(true) }
    if type.isCheckedText || type == .content { wrong += [7, ["text"], ["key": "text"]] }
    if type.isInteger || type == .boolean { wrong += ["7", ["text"], ["key": "text"]] }
    if type.isList { wrong += [7, ["key": "text"], [["podman"]], [field.item.sample, 7]] }
    if type.isMap { wrong += [7, "text", ["text"], ["key": 7], ["key": ["text"]]] }
    for value in wrong {
      let problem = try #require(field.problem(field.call(with: value)), "\(value) was taken")
      #expect(problem.hasPrefix("host.\(field.signature.name): \(field.parameter.name)"))
      #expect(problem.contains(" must be "))
      #expect(problem.contains(", not "))
    }
  }

  @Test(arguments: Field.all.filter { $0.item.isCheckedText })
  func `control characters, NUL and bytes that are no text are refused`(_ field: Field) throws {
    let bad: [(Value, String)] = [
      ("a\u{0}b", "holds a NUL byte"), ("\u{0}", "holds a NUL byte"),
      ("a\nb", "holds a control character"), ("a\r", "holds a control character"),
      ("\u{1b}[2J", "holds a control character"), ("a\u{7f}", "holds a control character"),
      ("/etc/motd\n", "holds a control character"), (.bytes([0xff, 0xfe]), "is not valid UTF-8"),
    ]
    for (value, reason) in bad {
      let problem = try #require(field.problem(field.call(withItem: value)), "\(value) was taken")
      #expect(problem.hasSuffix(reason))
    }
  }

  @Test(arguments: Field.of(.content))
  func `a file's content may be any bytes`(_ field: Field) throws {
    for value: Value in ["", "a\u{0}b\n", .bytes([0xff, 0x00])] {
      #expect(field.problem(field.call(with: value)) == nil)
    }
  }

  @Test(
    arguments: Field.of(.packageName, .serviceName, .runlevel, .userName, .moduleName),
    [
      "", "-", "--repository=x", "-v", "../../tmp/evil", "/tmp/evil.apk", "a/b", ".", "a b", "a;b",
      "$(id)", "root:x", "a:0:1", "a=1", "*", "ä",
    ])
  func `a name is nothing that an option, a path or a field could be made of`(
    _ field: Field, _ name: String
  ) throws {
    // apk's virtual packages begin with a dot.
    if field.item == .packageName && name == "." { return }
    let problem = try #require(field.problem(field.call(withItem: .string(name))))
    #expect(problem.hasSuffix("must be \(field.item.title), not \"\(name)\""))
  }

  @Test(arguments: Field.of(.packageName, .serviceName, .runlevel, .userName, .moduleName))
  func `a name of any length is refused without being shown whole`(_ field: Field) throws {
    let name = String(repeating: "a", count: 5000)
    let problem = try #require(field.problem(field.call(withItem: .string(name))))
    #expect(problem.utf8.count < 300)
  }

  @Test(
    arguments: Field.of(.path),
    [
      ("", "absolute"), ("etc/motd", "absolute"), ("../../tmp/evil", "absolute"),
      ("--repository=x", "absolute"), ("/etc/../tmp/evil", "\"..\""), ("/..", "\"..\""),
    ])
  func `a path is absolute and goes nowhere but down`(_ field: Field, _ bad: (String, String))
    throws
  {
    let problem = try #require(field.problem(field.call(withItem: .string(bad.0))))
    #expect(problem.contains("is no usable path") && problem.contains(bad.1))
  }

  @Test(arguments: Field.of(.path))
  func `a path may be 4095 bytes long`(_ field: Field) {
    let longest = "/" + String(repeating: "a", count: 4094)
    #expect(field.problem(field.call(withItem: .string(longest))) == nil)
    #expect(
      field.problem(field.call(withItem: .string(longest + "a")))?.contains("4096 bytes") == true)
  }

  @Test(
    arguments: Field.of(.mode),
    [
      "", "6", "66", "-000", "00644", "0888", "rw-r", "-rwx", "+644", "-644", "0o64", " 644",
      "0x1f",
    ])
  func `a mode is three or four octal digits`(_ field: Field, _ mode: String) throws {
    #expect(field.problem(field.call(with: .string(mode)))?.contains("a file mode such as") == true)
  }

  @Test(arguments: Field.of(.mode), ["644", "0644", "0000", "4755", "7777"])
  func `every mode can be written`(_ field: Field, _ mode: String) throws {
    let arguments = try Arguments([.table(field.call(with: .string(mode)))], for: field.signature)
    #expect(arguments.mode(field.parameter.name) == UInt16(mode, radix: 8))
  }

  @Test(arguments: Field.all.filter { $0.item.isInteger })
  func `a whole float is a whole number`(_ field: Field) throws {
    guard let sample = field.parameter.type.sample.integer else { return }
    let arguments = try Arguments(
      [.table(field.call(with: .number(Double(sample))))], for: field.signature)
    #expect(arguments[field.parameter.name] == .integer(sample))
  }

  @Test(
    arguments: Field.all.filter { $0.item.isInteger },
    [Double.nan, .infinity, -.infinity, 1.5, -0.5, 1e300, -1e300, 9.3e18, 1.8446744073709552e19])
  func `no other float is`(_ field: Field, _ number: Double) throws {
    let problem = try #require(field.problem(field.call(with: .number(number))))
    #expect(problem.contains("must be a whole number"))
  }

  @Test(arguments: Field.all.filter { $0.item.isInteger })
  func `a number outside of the range is refused with the range`(_ field: Field) throws {
    guard case .integer(let range) = field.parameter.type else { return }
    for value in [range.lowerBound - 1, range.upperBound + 1, Int64.min, Int64.max] {
      let problem = try #require(field.problem(field.call(with: .integer(value))))
      #expect(problem.contains("from \(range.lowerBound) to \(range.upperBound)"))
    }
  }

  @Test(arguments: Field.all)
  func `a choice that is misspelt is refused with the one that was meant`(_ field: Field) throws {
    guard case .choice(let choices) = field.parameter.type else { return }
    for choice in choices {
      let problem = try #require(field.problem(field.call(with: .string(choice + "x"))))
      #expect(problem.hasSuffix("not \"\(choice)x\"; did you mean \"\(choice)\"?"))
    }
  }
}

import Testing
import Values

@Suite struct ValueTests {
  private static let every: [Value] = [
    nil, true, 1, .number(1.5), "text", .bytes([0xff]), [1, 2], ["a": 1], .function,
  ]

  @Test(
    arguments: [
      (nil, "nothing"), (true, "true"), (false, "false"), (-7, "the number -7"),
      (.number(1.5), "the number 1.5"), ("", "a string"), (.bytes([0xff]), "a string"),
      ([], "an empty table"), ([1, 2], "a list of 2"), (["a": 1], "a table"), ([:], "a table"),
      (.function, "a function"),
    ] as [(Value, String)])
  func `a message says what it is, not what is in it`(_ value: Value, _ kind: String) {
    #expect(value.kind == kind)
  }

  @Test func `a value is what it is and nothing else`() {
    #expect(Self.every.map(\.bool) == [nil, true, nil, nil, nil, nil, nil, nil, nil])
    #expect(Self.every.map(\.integer) == [nil, nil, 1, nil, nil, nil, nil, nil, nil])
    #expect(Self.every.map(\.text) == [nil, nil, nil, nil, "text", nil, nil, nil, nil])
    #expect(Self.every.map(\.items) == [nil, nil, nil, nil, nil, nil, [1, 2], nil, nil])
    #expect(Self.every.map(\.fields) == [nil, nil, nil, nil, nil, nil, nil, ["a": 1], nil])
    #expect(
      Self.every.map(\.bytes) == [nil, nil, nil, nil, Array("text".utf8), [0xff], nil, nil, nil])
  }

  @Test(
    arguments: [
      (3.0, 3), (-3.0, -3), (-0.0, 0), (9_007_199_254_740_992, 9_007_199_254_740_992),
      (-0x1p63, Int64.min), (0x1p63, nil), (0.5, nil), (1e300, nil), (.nan, nil), (.infinity, nil),
    ] as [(Double, Int64?)])
  func `a float that is a whole number counts as one`(_ number: Double, _ whole: Int64?) {
    #expect(Value.number(number).integer == whole)
  }

  @Test func `an empty list is an empty table too, and no other list is`() {
    #expect(Value.list([]).fields == [:])
    #expect(Value.list([1]).fields == nil)
  }

  @Test func `a table that is a list as well comes apart`() throws {
    let mixed: Value = ["1": "a", "2": "b", "x": 1, "3x": 2]
    let parts = try #require(mixed.parts)
    #expect(parts.items == ["a", "b"])
    #expect(parts.fields == ["x": 1, "3x": 2])
  }

  @Test func `indexes behind a gap, and what only looks like one, stay fields`() throws {
    let gap = try #require((["1": "a", "3": "c", "02": "b", "0": "z"] as Value).parts)
    #expect(gap.items == ["a"])
    #expect(gap.fields == ["3": "c", "02": "b", "0": "z"])
    let none = try #require((["2": "b"] as Value).parts)
    #expect(none.items == [] && none.fields == ["2": "b"])
  }

  @Test func `a list has no fields, and what is no table has no parts`() throws {
    let list = try #require(([1, 2] as Value).parts)
    #expect(list.items == [1, 2] && list.fields == [:])
    for value in Self.every where value.items == nil && value.fields == nil {
      #expect(value.parts == nil, "\(value)")
    }
  }

  @Test func `bytes that are no text stay as they are, with a NUL among them`() {
    #expect(Value.bytes([0x66, 0x00, 0xfe]).bytes == [0x66, 0x00, 0xfe])
    #expect(Value.string("a\0b").bytes == [0x61, 0x00, 0x62])
    #expect(Value.string("\u{feff}ü").bytes == [0xef, 0xbb, 0xbf, 0xc3, 0xbc])
  }

  @Test func `the last of two fields of one name is kept`() {
    #expect((["a": 1, "a": 2] as Value).fields == ["a": 2])
  }

  @Test func `a whole number and the same number as a float are two values`() {
    #expect(Value.integer(1) != .number(1))
    #expect(Set(Self.every + Self.every).count == Self.every.count)
  }
}

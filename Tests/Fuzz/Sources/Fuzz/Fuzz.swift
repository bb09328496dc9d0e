import FuzzParsers
import Glibc

/// The parser that PARSER names.
private let parser = getenv("PARSER").flatMap { Parser(rawValue: String(cString: $0)) }

@_cdecl("LLVMFuzzerTestOneInput")
public func readOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let parser else { fatalError("PARSER names none of Tests/FuzzParsers") }
  parser.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

// Decodes every file that is named, as a frame, with the limits of every day and with very small ones.
import Foundation
import ScriptKit

var small = ScriptLimits()
small.items = 4
small.depth = 2

var frames = 0, errors = 0
for path in CommandLine.arguments.dropFirst() {
  guard let data = FileManager.default.contents(atPath: path) else { fatalError("no \(path)") }
  for limits in [ScriptLimits.standard, small] {
    do throws(FrameError) {
      _ = try FrameDecoder.decode(Array(data), limits: limits)
      frames += 1
    } catch {
      errors += 1
    }
  }
}
// One that is larger than any frame.
if (try? FrameDecoder.decode([UInt8](repeating: 0, count: 2 << 20))) == nil { errors += 1 }
print("\(frames) frames, \(errors) errors")

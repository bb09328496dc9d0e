import Testing

@testable import AlpodCLI

/// The words of `run` and `plan` are read twice over: what the fast reader is sure of, ArgumentParser reads the same.
@Suite struct QuickWordsTests {
  /// Pieces of command lines, good and bad.
  private static let pieces: [[String]] = [
    ["rootless"], ["./mine.lua"], ["a", "b"], ["--user", "admin"], ["--user"], ["--user=admin"],
    ["--set", "user=admin"], ["--set", "a.b=c"], ["--set=x=y"], ["--set"], ["--root", "/mnt"],
    ["--root=/mnt"], ["--simulate"], ["--fixture", "done"], ["--plugins", "."], ["--offline"],
    ["--json"], ["--yes"], ["-y"], ["-n"], ["--dry-run"], ["--rollback"], ["--probe"], ["-yn"],
    ["--detailed-exitcode"], ["-o", "x.plan"], ["--confirm-within", "60s"], ["--help"], ["-h"],
    ["--"], ["--", "--yes"], ["--ye"], ["--unknown"], ["-"], [""], ["--user", "--yes"],
    ["--no-yes"], ["--version"],
  ]

  /// The same numbers every time.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 42
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  private static func parsed(_ words: [String]) -> QuickWords.Call? {
    switch try? Alpod.parseAsRoot(words) {
    case let command as RunCommand: .run(command.call)
    case let command as PlanCommand: .plan(command.call)
    default: nil
    }
  }

  @Test func `what one reads the other reads the same`() {
    var numbers = Numbers()
    var agreed = 0
    for _ in 0..<6000 {
      var words = [Bool.random(using: &numbers) ? "run" : "plan"]
      for _ in 0..<Int.random(in: 0...5, using: &numbers) {
        words += Self.pieces.randomElement(using: &numbers) ?? []
      }
      guard let quick = QuickWords.call(words) else { continue }
      agreed += 1
      #expect(Self.parsed(words) == quick, "\(words)")
    }
    // Not by knowing nothing.
    #expect(agreed > 200)
  }

  @Test(arguments: [
    ["run", "rootless", "--user", "admin"], ["run", "rootless", "--user", "admin", "--yes"],
    ["plan", "rootless", "--user", "admin", "--detailed-exitcode"],
    ["run", "--json", "-y", "rootless", "--set", "user=admin", "--root", "/mnt"],
  ])
  func `what scripts say every day is read fast`(_ words: [String]) {
    #expect(QuickWords.call(words) != nil)
  }

  @Test(arguments: [
    [], ["undo"], ["run"], ["run", "--help"], ["plan", "x", "--yes"],
    ["run", "x", "--simulate", "--root", "/"],
    ["run", "x", "--user=admin"], ["runs", "x"],
  ])
  func `the rest is left to ArgumentParser`(_ words: [String]) {
    #expect(QuickWords.call(words) == nil)
  }
}

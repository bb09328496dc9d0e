import ProgramSupport
import Testing

@testable import AlpodCLI

/// What people see of alpod, to the letter.
@Suite struct GoldenTests {
  @Test func `alpod alone says what to do first`() throws {
    let ending = try alpod()
    #expect(ending.status == 0)
    try Golden.expect(ending.output, "alpod")
  }

  @Test func `the help of the program`() throws {
    try Golden.expect(try alpod("--help").output, "help")
    #expect(try alpod("help").output == alpod("--help").output)
  }

  /// Those that help shows.
  private static let commands: [String] = Alpod.commandNames.filter {
    !["help", "watchdog"].contains($0)
  }

  @Test(arguments: commands)
  func `the help of each command`(_ command: String) throws {
    let ending = try alpod("help", command)
    #expect(ending.status == 0)
    try Golden.expect(ending.output, "help-\(command)")
    #expect(try alpod(command, "--help").output == ending.output)
  }

  @Test(arguments: ["list", "show", "copy"])
  func `the help of what is below plugins`(_ command: String) throws {
    try Golden.expect(try alpod("help", "plugins", command).output, "help-plugins-\(command)")
  }

  private static let plan = ["plan", "rootless", "--user", "admin", "--simulate"]

  @Test func `a plan that goes into a file has no colours`() throws {
    try Golden.expect(try Program.run(Self.plan).output, "plan")
  }

  @Test func `a plan on a terminal is coloured`() throws {
    let session = try TerminalSession(Self.plan)
    #expect(session.end() == 0)
    try Golden.expect(session.screen, "plan-coloured")
  }

  @Test(arguments: [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"], [:]])
  func `a plan on a terminal that wants no colours is the plain one`(
    _ environment: [String: String]
  ) throws {
    let session = try TerminalSession(Self.plan, environment: environment)
    #expect(session.end() == 0)
    try Golden.expect(session.screen, "plan")
  }

  @Test func `an empty NO_COLOR leaves the colours`() throws {
    let session = try TerminalSession(Self.plan, environment: ["TERM": "xterm", "NO_COLOR": ""])
    #expect(session.end() == 0)
    try Golden.expect(session.screen, "plan-coloured")
  }

  @Test(arguments: [("alpine-3.20", "run"), ("cgroups-hybrid", "run-reboot"), ("done", "run-done")])
  func `the screens of a run`(_ fixture: String, _ name: String) throws {
    let ending = try alpod(
      "run", "rootless", "--user", "admin", "--simulate=\(fixture)", "--yes")
    #expect(ending.status == 0)
    // How long it took is another time each time.
    let masked = ending.untimed.replacing(
      /\ in ([0-9]+\ min\ )?[0-9]+(\.[0-9])? s/, with: " in N s")
    try Golden.expect(masked, name)
  }

  @Test func `what a plugin says of itself`() throws {
    try Golden.expect(try alpod("info", "rootless").output, "info-rootless")
  }

  @Test func `the plugins there are`() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("machine")
    try Golden.expect(
      try alpod("plugins", "--root", "machine", in: scratch).output, "plugins")
  }
}

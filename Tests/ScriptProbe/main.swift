// A program that runs one script, for the tests: under conditions that a test process cannot be
// brought into itself, and linked as the product is.
//
//   script-probe [CONDITION…] ACTION
//
// Conditions are set up in their order, each before the program is executed anew, so that what
// happens before `main` happens under them: --as UID, --closed (no standard descriptors), --without
// filters|proc|namespaces, --with empty|unsafe (a /var/empty), --processes N, --stack BYTES.
//
// Actions: `run LUA [MILLISECONDS]` loads a text and calls `main` of its table, whose result goes to standard
// output; `wait LUA` does the same, says the script's process id first, and ends with its standard
// input; `forks` tells what a process that is forked in the middle of a call may run on; `calls N` and `starts N` print nanoseconds for each. The exit status is 0, 69 when scripts
// cannot be run safely, 1 for everything else.
import CProbe
import Glibc
import ScriptKit
import Values

func environment(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

let program = CommandLine.arguments.first ?? environment("SCRIPT_PROBE_PROGRAM")
let arguments =
  CommandLine.arguments.isEmpty
  ? environment("SCRIPT_PROBE_ARGUMENTS").split(separator: "\u{1}").map(String.init)[...]
  : CommandLine.arguments.dropFirst()

final class Host: ScriptHost {
  func answer(_ call: HostCall) -> HostAnswer { .value(.null) }
  func module(_ name: String) -> ModuleAnswer { .missing("no module") }
  func printed(_ bytes: [UInt8]) { say(String(decoding: bytes, as: UTF8.self)) }
}

func say(_ text: String, to descriptor: Int32 = 1) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}

func fail(_ text: String, _ status: Int32 = 2) -> Never {
  say("script-probe: \(text)", to: 2)
  exit(status)
}

func check(_ result: Int32, _ what: String) {
  if result < 0 { fail("\(what): \(String(cString: strerror(-result)))") }
}

/// Sets one condition up and starts anew with the rest of the arguments.
func prepare(_ arguments: ArraySlice<String>) -> Never {
  var rest = arguments.dropFirst()
  func parameter() -> String { rest.popFirst() ?? "" }
  func number() -> UInt64 { UInt64(parameter()) ?? 0 }
  switch arguments.first {
  case "--as": check(probe_become(UInt32(clamping: number())), "become")
  case "--closed": for descriptor in 0...2 as ClosedRange<Int32> { close(descriptor) }
  case "--processes": check(probe_limit_processes(number()), "limit processes")
  case "--stack": check(probe_limit_stack(number()), "limit the stack")
  case "--with": check(probe_make_empty(parameter() == "unsafe" ? 0o777 : 0o555), "make empty")
  case "--without":
    switch parameter() {
    case "filters": check(probe_forbid_filters(), "forbid filters")
    case "proc": check(probe_hide_proc(), "hide /proc")
    case "namespaces": check(probe_forbid_namespaces(), "forbid namespaces")
    case let other: fail("nothing is known of \(other)")
    }
  default: fail("nothing is known of \(arguments.first ?? "")")
  }
  var argv = ([program] + rest).map { strdup($0) } + [nil]
  // Without /proc, Swift has no arguments.
  setenv("SCRIPT_PROBE_PROGRAM", program, 1)
  setenv("SCRIPT_PROBE_ARGUMENTS", rest.joined(separator: "\u{1}"), 1)
  execv(program, &argv)
  fail("exec: \(String(cString: strerror(errno)))")
}

func nanoseconds(_ body: () throws -> Void) rethrows -> Int64 {
  let start = SuspendingClock.now
  try body()
  let taken = (SuspendingClock.now - start).components
  return taken.seconds * 1_000_000_000 + taken.attoseconds / 1_000_000_000
}

let plugin = """
  local M = { api = 1, name = "nothing", summary = "Does nothing", requires = {}, options = {
      user = { type = "string", help = "a name" },
      count = { type = "integer", default = 65536, min = 1, help = "a number" },
    },
    needs = { apk = { "podman" }, files = { "/etc/motd" } },
  }
  function M.setup(host, opt)
    host.file.get(opt.user)
  end
  function M.main(host, opt)
    for i = 1, opt do host.a.b() end
  end
  return M
  """

func measure(calls count: Int64) throws {
  let script = try Script()
  _ = try script.load(ScriptSource(name: "p.lua", text: Array(plugin.utf8)), host: Host())
  _ = try script.call("main", [.proxy("host"), .value(.integer(1000))], host: Host())
  let taken = try nanoseconds {
    _ = try script.call("main", [.proxy("host"), .value(.integer(count))], host: Host())
  }
  say("\(taken / count)")
}

func measure(starts count: Int64) throws {
  let taken = try nanoseconds {
    for _ in 0..<count {
      let script = try Script()
      _ = try script.load(ScriptSource(name: "p.lua", text: Array(plugin.utf8)), host: Host())
      _ = try script.call(
        "setup", [.proxy("host"), .value(["user": "somebody"])], host: Host())
      script.end()
    }
  }
  say("\(taken / count)")
}

func run(_ text: String, waits: Bool, milliseconds: Int? = nil) throws {
  var limits = ScriptLimits()
  limits.processorTime = milliseconds ?? limits.processorTime
  let script = try Script(limits: limits)
  if waits { say("\(script.processID)") }
  _ = try script.load(ScriptSource(name: "probe.lua", text: Array(text.utf8)), host: Host())
  let value = try script.call("main", [.proxy("host")], host: Host())
  say(value.text ?? "\(value)")
  while waits && getchar() != EOF {}
}

/// A host that forks while it answers.
final class Forking: ScriptHost {
  func answer(_ call: HostCall) -> HostAnswer {
    let own = probe_count_processors()
    let child = probe_count_processors_of_child()
    return .value(.list([.integer(Int64(own)), .integer(Int64(child))]))
  }
  func module(_ name: String) -> ModuleAnswer { .missing("no module") }
  func printed(_ bytes: [UInt8]) {}
}

func tellOfForks() throws {
  let script = try Script(), all = Int64(probe_count_processors())
  let text = "return { main = function(host) return host.x.y() end }"
  _ = try script.load(ScriptSource(name: "probe.lua", text: Array(text.utf8)), host: Host())
  let value = try script.call("main", [.proxy("host")], host: Forking())
  let counts = (value.items ?? []).compactMap(\.integer)
  say("pinned \(counts.first ?? 0), child has \(counts.last == all ? "all" : "\(counts)")")
}

let argument = arguments.dropFirst().first ?? ""
do {
  switch arguments.first {
  case "run":
    try run(argument, waits: false, milliseconds: arguments.dropFirst(2).first.flatMap { Int($0) })
  case "wait": try run(argument, waits: true)
  case "forks": try tellOfForks()
  case "calls": try measure(calls: Int64(argument) ?? 100_000)
  case "starts": try measure(starts: Int64(argument) ?? 1000)
  default: prepare(arguments)
  }
} catch let error as ScriptError {
  fail(
    "\(error.kind): \(error.message)\(error.position.map { " at \($0)" } ?? "")",
    error.kind == .unavailable ? 69 : 1)
}

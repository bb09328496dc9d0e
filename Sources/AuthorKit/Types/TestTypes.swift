/// The types of what test files have: `describe`, `expect` and the rest.
public enum TestTypes {
  /// The words that only test files have.
  public static let words = [
    "describe", "it", "before", "example", "machine", "plan", "run", "check", "expect",
  ]

  static let text = """

    ---A machine to try a plugin on. The fields are those of a simulated machine, laid over `base`.
    ---@class alpod.test.Shape
    ---@field base? string a simulated machine, "alpine-3.20" when not given, or a file beside the test
    ---@field release? string
    ---@field world? string[]
    ---@field installed? string[]
    ---@field packages? string[]
    ---@field versions? table<string, string>
    ---@field files? table<string, string|false|table>
    ---@field filesystems? table<string, string>
    ---@field network? boolean
    ---@field offline? boolean

    ---@class alpod.test.Machine

    ---@class alpod.test.Plan

    ---@class alpod.test.Run: alpod.test.Plan
    ---@field machine alpod.test.Machine what the run left

    ---@class alpod.test.Report

    ---Begins a group of tests.
    ---@param name string
    ---@param body fun()
    function describe(name, body) end

    ---Is a test.
    ---@param name string
    ---@param body fun()
    function it(name, body) end

    ---Is called before each test of the group that it stands in.
    ---@param body fun()
    function before(body) end

    ---Names option values that the plugin is held against its properties with.
    ---@param settings table<string, any>
    ---@param where? { on?: string[], except?: string[] }
    function example(settings, where) end

    ---Makes a machine to plan on.
    ---@param shape? alpod.test.Shape
    ---@return alpod.test.Machine
    function machine(shape) end

    ---Plans a plugin: its name, option values and a machine, in any order.
    ---@param ... string|table|alpod.test.Machine|alpod.test.Run
    ---@return alpod.test.Plan
    function plan(...) end

    ---Plans a plugin and carries the plan out on the simulated machine.
    ---@param ... string|table|alpod.test.Machine|alpod.test.Run
    ---@return alpod.test.Run
    function run(...) end

    ---Has a plugin look at a machine.
    ---@param ... string|table|alpod.test.Machine|alpod.test.Run
    ---@return alpod.test.Report
    function check(...) end

    ---What a plan, run, report or value is expected to be.
    ---@class alpod.test.Expectation
    ---@field never alpod.test.Expectation the contrary of what follows
    \(matchers)
    ---@param subject any
    ---@return alpod.test.Expectation
    function expect(subject) end

    """

  private static let matchers = [
    ("adds", "...: string", "packages are installed"),
    ("removes", "...: string", "packages are removed"),
    ("enables", "service: string, runlevel?: string", "a service is put into a runlevel"),
    ("starts", "...: string", "services are started"),
    ("reloads", "...: string", "services are reloaded"),
    ("loads", "...: string", "kernel modules are loaded"),
    ("shares", "...: string", "mounts are shared"),
    ("sets", "key: string, value?: string|integer", "a kernel setting gets a value"),
    ("grants", "...: string", "users get subordinate ids"),
    ("creates_user", "...: string", "users are made"),
    ("runs", "...: string", "containers are run"),
    ("builds", "...: string", "images are built"),
    ("writes", "path: string, content?: string|table", "a file is written"),
    ("links", "path: string, target?: string", "a link is made"),
    ("makes", "path: string", "a directory is made"),
    ("deletes", "path: string", "a path is removed"),
    ("changes", "what?: string|integer", "something is changed"),
    ("is_empty", "", "nothing is changed"),
    ("notes", "text?: string", "something is noted"),
    ("refuses", "text?: string", "it is refused"),
    ("is_ok", "", "no check fails"),
    ("fails", "text?: string", "a check fails"),
    ("says", "text?: string", "a check says that it is so"),
    ("waits", "text?: string", "a check says that it will be so after a boot"),
    ("equals", "wanted: any", "the value is this one"),
    ("matches", "pattern: string", "a text matches a pattern"),
    ("contains", "part: any", "a text or list holds this"),
    ("is_true", "", "the value is true"), ("is_false", "", "the value is false"),
    ("is_nil", "", "there is no value"),
  ].map { name, parameters, help in
    let list = parameters.isEmpty ? "self" : "self, \(parameters)"
    return "---@field \(name) fun(\(list)): alpod.test.Expectation \(help)"
  }.joined(separator: "\n")
}

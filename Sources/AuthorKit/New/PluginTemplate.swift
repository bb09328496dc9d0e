/// What `alpod new` writes: a plugin that works, with a test, to make one's own of it.
public enum PluginTemplate {
  public struct File: Sendable, Hashable {
    /// In the directory of the plugin.
    public var path: String
    public var text: [UInt8]
  }

  /// - Parameter name: of the plugin, and of its directory.
  public static func files(_ name: String) -> [File] {
    [
      File(path: "plugin.lua", text: Array(plugin(name).utf8)),
      File(path: "\(name)_test.lua", text: Array(test(name).utf8)),
      File(path: "README.md", text: Array(readme(name).utf8)),
      File(path: EditorSettings.path, text: Array(EditorSettings.text.utf8)),
    ] + EditorTypes.files.map { File(path: $0.path, text: $0.text) }
  }

  private static func plugin(_ name: String) -> String {
    """
    --- \(name): replace this greeting by what your machines need.

    local path = "/etc/profile.d/\(name).sh"

    --- The text of the file. A function of its own: `setup` writes it, and `check` looks for it.
    local function content(greeting)
      return "echo '" .. greeting:gsub("'", "'\\\\''") .. "'\\n"
    end

    ---@type alpod.Plugin
    return {
      api = 1,
      name = "\(name)",
      summary = "A greeting at log-in",
      description = "Everybody who logs in is greeted with a text of one's own.",
      options = {
        greeting = { type = "string", default = "Hello", help = "what it says" },
      },
      -- What it may do; everything else is refused.
      needs = {
        files = { path },
      },

      -- Says what should be so. alpod works out what is missing, and shows it before anything is changed.
      setup = function(host, opt)
        host.file.write({ path = path, content = content(opt.greeting) })
      end,

      -- Looks whether it is so.
      check = function(host, opt, report)
        if host.file.read(path) == content(opt.greeting) then
          report.ok("there is a greeting")
        else
          report.failed("there is no greeting, or another one", "alpod run \(name)")
        end
      end,
    }

    """
  }

  private static func test(_ name: String) -> String {
    """
    describe("\(name)", function()
      it("greets", function()
        expect(plan("\(name)", { greeting = "Good morning" }, machine({ base = "alpine-3.20" })))
          :writes("/etc/profile.d/\(name).sh", "echo 'Good morning'")
      end)

      it("writes a text that the shell takes as it is", function()
        expect(plan("\(name)", { greeting = "It's me" }, machine())):writes("/etc/profile.d/\(name).sh", [[echo 'It'\\''s me']])
      end)

      it("changes nothing where it is so already", function()
        local done = run("\(name)", machine())
        expect(done):is_ok()
        expect(plan("\(name)", done)):is_empty()
      end)

      it("says so when somebody takes it away", function()
        expect(check("\(name)", machine())):fails("no greeting")
      end)
    end)

    """
  }

  private static func readme(_ name: String) -> String {
    """
    # \(name)

    A plugin of alpod that greets everybody who logs in.

        alpod run ./\(name) --simulate              try it on a simulated Alpine
        alpod run ./\(name) --set greeting=Hi       greet with a text of one's own

    | option | what it is | default |
    |---|---|---|
    | `greeting` | what it says | `Hello` |

    It writes `/etc/profile.d/\(name).sh` and nothing else.

    ## Working on it

        alpod test                                 its tests, and what holds for every plugin
        alpod lint                                 mistakes, before it runs
        alpod help host                            what it can call
        alpod types --install                      types for editors, renewed

    To have it found by name, put the directory into `/etc/alpod/plugins`.

    """
  }
}

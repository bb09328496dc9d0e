/// `.luarc.json`: where the types are, and what Lua has in a plugin.
public enum EditorSettings {
  public static let path = ".luarc.json"

  public static let text = """
    {
      "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
      "runtime.version": "Lua 5.4",
      "runtime.path": ["?.lua", "?/init.lua"],
      "runtime.builtin": {
        "io": "disable",
        "os": "disable",
        "debug": "disable",
        "package": "disable"
      },
      "workspace.library": ["\(EditorTypes.directory)"],
      "workspace.checkThirdParty": false
    }

    """
}

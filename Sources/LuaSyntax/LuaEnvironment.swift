/// What Lua has in a script of alpod (Sources/CScript/environment.c).
public enum LuaEnvironment {
  public static let names: Set<String> = [
    "_G", "_VERSION", "assert", "coroutine", "error", "getmetatable", "ipairs", "load", "math",
    "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require",
    "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall",
  ]

  /// What Lua has elsewhere and not here, and why.
  public static let missing: [String: String] = [
    "io": "a plugin reaches files by host.file only",
    "os": "a plugin starts no programs, and sees no time and no environment",
    "debug": "it is not there", "package": "require finds alpod.NAME and the plugin's own files",
    "dofile": "use require", "loadfile": "use require", "loadstring": "use load",
    "collectgarbage": "it is not there", "unpack": "use table.unpack",
    "setfenv": "Lua 5.4 has none", "getfenv": "Lua 5.4 has none", "module": "Lua 5.4 has none",
  ]
}

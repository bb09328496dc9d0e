internal import TestKit
internal import PluginKit
internal import Primitives

/// The types of what a plugin returns, and of `report`.
enum PluginTypes {
  static var text: String {
    """
    ---What the file of a plugin returns.
    ---@class alpod.Plugin
    \(fields(ManifestField.ofPlugin))
    ---What one may tell a plugin.
    ---@class alpod.Option
    \(fields(ManifestField.ofOption))
    ---A plugin that has to be finished before.
    ---@class alpod.Requirement
    ---@field [1] string its name
    \(fields(ManifestField.ofRequirement))
    ---What a plugin may do; entries may hold {option} and {home:option}, * and **.
    ---@class alpod.Needs
    \(needs)
    ---What `check` and `probe` say what they found with.
    ---@class alpod.Report
    local report = {}

    ---A finding with all there is to say of it.
    ---@class alpod.Finding
    ---@field text string what was found
    ---@field evidence? string where it shows: "/etc/subuid:3"
    ---@field cause? string why it is so
    ---@field fix? string what to do about it
    ---@field symptom? string what it is called among the known symptoms
    \(report)
    """
  }

  private static func fields(_ fields: [ManifestField]) -> String {
    fields.map { field in
      let name = LuaLiteral.isName(field.name) ? field.name : "[\"\(field.name)\"]"
      return "---@field \(name)\(field.isRequired ? "" : "?") \(field.type) \(field.help)\n"
    }.joined()
  }

  private static var needs: String {
    Needs.categories.map { category in
      let name = category.name.contains(".") ? "[\"\(category.name)\"]" : category.name
      return "---@field \(name)? string[] \(category.entries)\n"
    }.joined()
  }

  private static var report: String {
    [
      ("ok", "It is so."), ("note", "It works, and there is something to know."),
      ("later", "It will be so from the next boot on."),
      ("failed", "It is not so: the run, or `alpod doctor`, ends with status 1."),
    ].map { name, summary in
      """

      ---\(summary)
      ---@param text string|alpod.Finding
      ---@param advice? string
      function report.\(name)(text, advice) end

      """
    }.joined()
  }
}

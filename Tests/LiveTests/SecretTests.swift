import Foundation
import MachineSupport
import ProgramSupport
import Testing

/// A secret that a plugin is handed goes where the plugin puts it and nowhere else.
@Suite struct SecretTests {
  private static let canary = "c4n4ry \"quoted\" and long"

  private func program(_ arguments: [String], in directory: URL) throws -> Laboratory.Ending {
    try Laboratory.execute(
      Program.path,
      arguments + ["--root", directory.appending(path: "machine").path])
  }

  @Test func `it stands in no plan, result, journal's view, error, saved plan or output`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-secret-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(
      at: directory.appending(path: "machine/etc"), withIntermediateDirectories: true)
    let plugin = directory.appending(path: "vault.lua").path
    try """
    return { api = 1, name = "vault", summary = "Keeps a secret",
      options = {
        key = { type = "secret", required = true, help = "the key" },
        fails = { type = "boolean", default = false, help = "whether to fail" },
      },
      needs = { files = { "/etc/vault", "/etc/note" } },
      setup = function(host, opt)
        print("the key is " .. opt.key)
        host.file.write{ path = "/etc/vault", content = "key=" .. opt.key .. "\\n", mode = "0600" }
        host.file.write{ path = "/etc/note", content = "public\\n" }
        if opt.fails then error("cannot use " .. opt.key) end
      end,
      check = function(host, opt, report) report.ok("the key " .. opt.key .. " is there") end,
    }
    """.write(toFile: plugin, atomically: true, encoding: .utf8)
    try Agreement.add(
      String(contentsOfFile: plugin, encoding: .utf8), to: directory.appending(path: "machine"))
    let secret = directory.appending(path: "secret").path
    try (Self.canary + "\n").write(toFile: secret, atomically: true, encoding: .utf8)
    let planFile = directory.appending(path: "vault.plan").path
    let given = [plugin, "--set", "key=@\(secret)"]

    let endings: [(String, Laboratory.Ending)] = [
      ("plan", try program(["plan"] + given, in: directory)),
      ("plan --json", try program(["plan", "--json"] + given, in: directory)),
      ("plan -o", try program(["plan", "-o", planFile] + given, in: directory)),
      ("failing", try program(["run", "--yes", "--set", "fails=true"] + given, in: directory)),
      ("apply", try program(["apply", planFile, "--yes"], in: directory)),
      ("apply again", try program(["apply", planFile, "--yes"], in: directory)),
      ("run", try program(["run", "--yes"] + given, in: directory)),
      ("run --json", try program(["run", "--yes", "--json"] + given, in: directory)),
      ("history", try program(["history", "--json"], in: directory)),
      ("show", try program(["show", "1"], in: directory)),
      ("show --json", try program(["show", "1", "--json"], in: directory)),
      ("undo --plan", try program(["undo", "--plan"], in: directory)),
    ]
    let expected: [String: Int32] = ["failing": 65, "apply again": 1]
    for (name, ending) in endings {
      #expect(
        ending.status == expected[name] ?? 0, "\(name): \(ending.output)\(ending.errors)")
      for text in [ending.output, ending.errors] { refuseCanary(in: text, name) }
    }
    refuseCanary(in: try String(contentsOfFile: planFile, encoding: .utf8), "the saved plan")

    let vault = directory.appending(path: "machine/etc/vault").path
    #expect(try String(contentsOfFile: vault, encoding: .utf8) == "key=\(Self.canary)\n")
    try "key=\(Self.canary) edited\n".write(toFile: vault, atomically: true, encoding: .utf8)
    for arguments in [["status"], ["status", "--json"], ["show", "1"], ["undo", "--plan"]] {
      let ending = try program(arguments, in: directory)
      refuseCanary(in: ending.output + ending.errors, "\(arguments) after an edit")
    }
    #expect(endings[0].1.output.contains("its content is not shown: a secret is in it"))
    #expect(endings[0].1.output.contains("+public"))
    #expect(endings[0].1.errors.contains("the key is ********"))
  }

  private func refuseCanary(in text: String, _ place: String) {
    for form in ["c4n4ry", "quoted\\\" and"] {
      #expect(!text.contains(form), "\(place): \(text.prefix(2000))")
    }
  }

  @Test func `another secret is another plan`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "alpod-secret-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.createDirectory(
      at: directory.appending(path: "machine/etc"), withIntermediateDirectories: true)
    let plugin = directory.appending(path: "vault.lua").path
    try """
    return { api = 1, name = "vault", summary = "Keeps a secret",
      options = { key = { type = "secret", required = true, help = "the key" } },
      needs = { files = { "/etc/vault" } },
      setup = function(host, opt)
        host.file.write{ path = "/etc/vault", content = opt.key, mode = "0600" }
      end }
    """.write(toFile: plugin, atomically: true, encoding: .utf8)
    try Agreement.add(
      String(contentsOfFile: plugin, encoding: .utf8), to: directory.appending(path: "machine"))
    let secret = directory.appending(path: "secret").path
    let planFile = directory.appending(path: "vault.plan").path
    try "first secret".write(toFile: secret, atomically: true, encoding: .utf8)
    let plan = try program(
      ["plan", plugin, "--set", "key=@\(secret)", "-o", planFile], in: directory)
    #expect(plan.status == 0, "\(plan.errors)")
    try "other secret".write(toFile: secret, atomically: true, encoding: .utf8)
    let apply = try program(["apply", planFile, "--yes"], in: directory)
    #expect(apply.status == 1)
    #expect(apply.errors.contains("in the file alone: create /etc/vault"), "\(apply.errors)")
  }
}

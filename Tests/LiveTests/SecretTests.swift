import Foundation
import MachineSupport
import ProgramSupport
import Testing

/// A secret that a plugin is handed goes where the plugin puts it and nowhere else.
@Suite struct SecretTests {
  /// Each has a form of its own in JSON.
  private static let canaries = [
    "c4n4ry \"quoted\" and long",
    "c4n4ry of several\nl1nes, a \"quoted\" and long one\nand one more",
  ]

  /// A directory with a machine in it, which `--root` names.
  private struct Place {
    let directory: URL

    static func with(_ body: (Place) throws -> Void) throws {
      let directory = FileManager.default.temporaryDirectory.appending(
        path: "alpod-secret-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: directory) }
      try FileManager.default.createDirectory(
        at: directory.appending(path: "machine/etc"), withIntermediateDirectories: true)
      try body(Place(directory: directory))
    }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    /// Writes a file; returns its path.
    @discardableResult func write(_ text: String, to name: String) throws -> String {
      try text.write(toFile: path(name), atomically: true, encoding: .utf8)
      return path(name)
    }

    func read(_ name: String) throws -> String {
      try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// Writes a plugin that somebody agreed to; returns its path.
    func plugin(_ name: String, options: String = "", setup: String, rest: String = "") throws
      -> String
    {
      let text = """
        return { api = 1, name = "\(name)", summary = "A trial", options = { \(options) },
          needs = { files = { "/etc/*" }, commands = { "/bin/true" } },
          setup = function(host, opt)
            \(setup)
          end, \(rest) }
        """
      try Agreement.add(text, to: directory.appending(path: "machine"))
      return try write(text, to: name + ".lua")
    }

    /// A plugin that puts its secret into a file, as `vault.lua`.
    func vault() throws -> String {
      try plugin(
        "vault", options: SecretTests.key,
        setup: """
          host.file.write{ path = "/etc/vault", content = "key=" .. opt.key .. "\\n" }
          """)
    }

    func alpod(_ arguments: [String]) throws -> Laboratory.Ending {
      try Laboratory.execute(Program.path, arguments + ["--root", path("machine")])
    }
  }

  private static let key = #"key = { type = "secret", required = true, help = "the key" },"#

  @Test(arguments: canaries)
  func `it stands in no plan, result, journal's view, error, saved plan or output`(
    _ canary: String
  ) throws {
    try Place.with { place in
      let plugin = try place.plugin(
        "vault",
        options: Self.key
          + #" fails = { type = "boolean", default = false, help = "whether to fail" }"#,
        setup: """
          print("the key is " .. opt.key)
          host.file.write{ path = "/etc/vault", content = "key=" .. opt.key .. "\\n", mode = "0600" }
          host.file.write{ path = "/etc/note", content = "public\\n" }
          if opt.fails then error("cannot use " .. opt.key) end
          """,
        rest: """
          check = function(host, opt, report) report.ok("the key " .. opt.key .. " is there") end
          """)
      let secret = try place.write(canary + "\n", to: "secret")
      let planFile = place.path("vault.plan")
      let given = [plugin, "--set", "key=@\(secret)"]

      let endings: [(String, Laboratory.Ending)] = [
        ("plan", try place.alpod(["plan"] + given)),
        ("plan --json", try place.alpod(["plan", "--json"] + given)),
        ("plan -o", try place.alpod(["plan", "-o", planFile] + given)),
        ("failing", try place.alpod(["run", "--yes", "--set", "fails=true"] + given)),
        ("apply", try place.alpod(["apply", planFile, "--yes"])),
        ("apply again", try place.alpod(["apply", planFile, "--yes"])),
        ("run", try place.alpod(["run", "--yes"] + given)),
        ("run --json", try place.alpod(["run", "--yes", "--json"] + given)),
        ("history", try place.alpod(["history", "--json"])),
        ("show", try place.alpod(["show", "1"])),
        ("show --json", try place.alpod(["show", "1", "--json"])),
        ("undo --plan", try place.alpod(["undo", "--plan"])),
      ]
      let expected: [String: Int32] = ["failing": 65, "apply again": 1]
      for (name, ending) in endings {
        #expect(ending.status == expected[name] ?? 0, "\(name): \(ending.output)\(ending.errors)")
        refuseCanary(in: ending, name)
      }
      refuseCanary(in: try place.read("vault.plan"), "the saved plan")

      #expect(try place.read("machine/etc/vault") == "key=\(canary)\n")
      try place.write("key=\(canary) edited\n", to: "machine/etc/vault")
      for words in [["status"], ["status", "--json"], ["show", "1"], ["undo", "--plan"]] {
        refuseCanary(in: try place.alpod(words), "\(words) after an edit")
      }
      #expect(endings[0].1.output.contains("its content is not shown: a secret is in it"))
      #expect(endings[0].1.output.contains("+public"))
      #expect(endings[0].1.errors.contains("the key is ********"))
    }
  }

  @Test(
    arguments: [
      #"host.file.write{ path = "/etc/" .. opt.key, content = "x" }"#,
      #"host.file.directory{ path = "/etc/" .. opt.key }"#,
      #"host.file.link{ path = "/etc/link", target = opt.key }"#,
      #"host.file.write{ path = "/etc/x", content = "x", validate = { "/bin/true", opt.key } }"#,
    ], canaries)
  func `it is no path, no target of a link and no argument`(_ setup: String, _ canary: String)
    throws
  {
    try Place.with { place in
      let plugin = try place.plugin("vault", options: Self.key, setup: setup)
      let secret = try place.write(canary, to: "secret")
      for words in [["plan"], ["run", "--yes"], ["run", "--yes", "--json"]] {
        let ending = try place.alpod(words + [plugin, "--set", "key=@\(secret)"])
        #expect(ending.status == 65, "\(ending.output)\(ending.errors)")
        refuseCanary(in: ending, "\(words)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: place.path("machine/etc")) == [])
      #expect(!FileManager.default.fileExists(atPath: place.path("machine/var/lib/alpod/runs")))
    }
  }

  @Test func `a later plugin that is not handed it does not show it`() throws {
    try Place.with { place in
      let before = try place.plugin(
        "before",
        setup: #"host.file.write{ path = "/etc/vault", content = "still public\n" }"#)
      let vault = try place.vault()
      let later = try place.plugin(
        "later",
        setup: """
          host.file.line{ path = "/etc/vault", line = "mode=fast" }
          host.file.write{ path = "/etc/note", content = "public\\n" }
          """)
      let secret = try place.write(Self.canaries[0], to: "secret")
      #expect(try place.alpod(["run", before, "--yes"]).output.contains("+still public"))
      #expect(try place.alpod(["run", vault, "--yes", "--set", "key=@\(secret)"]).status == 0)

      let plan = try place.alpod(["plan", later])
      #expect(plan.output.contains("its content is not shown: a secret is in it"))
      #expect(plan.output.contains("+public"))
      let saved = try place.alpod(["plan", later, "-o", place.path("later.plan")])
      for ending in [plan, saved, try place.alpod(["plan", later, "--json"])] {
        #expect(ending.status == 0, "\(ending.errors)")
        refuseCanary(in: ending, "a later plan")
      }
      let text = try place.read("later.plan")
      refuseCanary(in: text, "a later plan that is saved")
      #expect(text.contains("keyed:"))
      #expect(try place.alpod(["apply", place.path("later.plan"), "--yes"]).status == 0)
      #expect(
        try place.read("machine/etc/vault") == "key=\(Self.canaries[0])\nmode=fast\n")
      for words in [
        ["show", "1"], ["show", "2"], ["show", "3"], ["show", "3", "--json"], ["undo", "--plan"],
        ["undo", "1", "--plan"], ["undo", "1", "--plan", "--json"], ["record", later],
        ["undo", "1", "--plan", "--force", "/etc/vault"],
      ] { refuseCanary(in: try place.alpod(words), "\(words)") }

      // Another value, whoever brings it.
      let rotating = try place.plugin(
        "rotating", setup: #"host.file.write{ path = "/etc/vault", content = "key=other\n" }"#)
      for words in [["plan", rotating], ["run", rotating, "--yes"], ["run", vault, "--yes"]] {
        let other = try place.write("another value", to: "other")
        let ending = try place.alpod(
          words + (words.contains(vault) ? ["--set", "key=@\(other)"] : []))
        #expect(ending.status == 0, "\(ending.errors)")
        refuseCanary(in: ending, "\(words)")
      }
      try place.write("key=\(Self.canaries[0]) again\n", to: "machine/etc/vault")
      for words in [["status"], ["status", "--json"], ["show", "1"], ["undo", "1", "--plan"]] {
        refuseCanary(in: try place.alpod(words), "\(words) after an edit")
      }
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"))
  func `nor does it after a run that was killed, nor do the ways out of that`() throws {
    for way in ["--finish", "--take-back"] {
      try Place.with { place in
        try place.write("mode=slow\n", to: "machine/etc/vault")
        let vault = try place.vault()
        let later = try place.plugin(
          "later", setup: #"host.file.line{ path = "/etc/vault", line = "mode=fast" }"#)
        let secret = try place.write(Self.canaries[0], to: "secret")
        let killed = try Laboratory.execute(
          "/usr/bin/strace",
          [
            "-o", place.path("trace"), "-e", "trace=unlinkat",
            "-e", "inject=unlinkat:signal=KILL:when=1", Program.path, "run", vault, "--yes",
            "--set", "key=@\(secret)", "--root", place.path("machine"),
          ])
        #expect(killed.status != 0)
        refuseCanary(in: killed, "killed")
        #expect(try place.read("machine/etc/vault").contains("c4n4ry"))
        for words in [
          ["plan", later], ["recover", "--plan"], ["recover", "--plan", "--json"], ["show", "1"],
          ["recover", way], ["show", "1"], ["history"], ["plan", later], ["undo", "--plan"],
        ] { refuseCanary(in: try place.alpod(words), "\(words)") }
        #expect(try place.read("machine/etc/vault").contains("c4n4ry") == (way == "--finish"))
      }
    }
  }

  @Test(.enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
  func `it is in no process's arguments, no word of the system's log, and no reason of a failure`()
    throws
  {
    try Laboratory.with { machine in
      try machine.write(
        """
        return { api = 1, name = "vault", summary = "Keeps a secret", options = { \(Self.key) },
          needs = { files = { "/etc/vault" }, commands = { "/root/look" } },
          setup = function(host, opt)
            host.file.write{ path = "/etc/vault", content = "key=" .. opt.key .. "\\n",
              validate = { "/root/look" } }
          end }
        """, to: "root/vault.lua")
      try machine.write(
        """
        return { api = 1, name = "later", summary = "A line",
          needs = { files = { "/etc/vault" }, commands = { "/root/look" } },
          setup = function(host, opt)
            local text = host.file.read("/etc/vault")
            host.file.write{ path = "/etc/vault", content = text .. "more\\n", validate = { "/root/look" } }
          end }
        """, to: "root/later.lua")
      try machine.write(Self.canaries[1], to: "root/secret")
      let ending = try machine.script(
        """
        /run/busybox syslogd -O /run/messages
        eventually '[ -S /dev/log ]'
        while [ ! -e /run/stop ]; do
          cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' ' >>/run/seen
          usleep 20000
        done &
        cat >/root/look <<'END'
        #!/bin/sh
        cat /etc/vault
        [ -e /run/good ]
        END
        chmod 755 /root/look
        run() { alpod run /root/vault.lua --yes --set key=@/root/secret; }
        run; echo "= $?"
        : >/run/good
        run; echo "= $?"
        rm /run/good
        alpod run /root/later.lua --yes; echo "= $?"
        alpod undo --yes; alpod undo --yes
        alpod show 1; alpod show 1 --json; alpod show 2; alpod show 3; alpod history
        : >/run/stop; wait
        echo "= $(grep -c '/run/build/alpod run /root/vault.lua --yes' /run/seen) $(grep -c 'run . begins' /run/messages)"
        cat /run/seen /run/messages
        """)
      refuseCanary(in: ending, "a live run")
      let said = ending.output + ending.errors
      #expect(
        ending.lines.filter { $0.hasPrefix("= ") }.prefix(3) == ["= 1", "= 0", "= 1"], "\(said)")
      #expect(ending.lines.contains { $0.wholeMatch(of: /= [1-9][0-9]* 4/) != nil }, "\(said)")
      #expect(ending.output.contains("it failed:") && said.contains("key=********"), "\(said)")
    }
  }

  private func refuseCanary(in ending: Laboratory.Ending, _ place: String) {
    refuseCanary(in: ending.output + ending.errors, place)
  }

  private func refuseCanary(in text: String, _ place: String) {
    for form in ["c4n4ry", "l1nes", "and one more", "quoted\\\" and", "quoted\" and"] {
      #expect(!text.contains(form), "\(place): \(text.prefix(2000))")
    }
  }

  @Test func `another secret is another plan`() throws {
    try Place.with { place in
      let plugin = try place.vault()
      let secret = try place.write("first secret", to: "secret")
      let planFile = place.path("vault.plan")
      let plan = try place.alpod(["plan", plugin, "--set", "key=@\(secret)", "-o", planFile])
      #expect(plan.status == 0, "\(plan.errors)")
      try place.write("other secret", to: "secret")
      let apply = try place.alpod(["apply", planFile, "--yes"])
      #expect(apply.status == 1)
      #expect(apply.errors.contains("in the file alone: create /etc/vault"), "\(apply.errors)")
    }
  }
}

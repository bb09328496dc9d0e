import Foundation
import ProgramSupport
import Testing

/// What a plugin asks of the core and must not get: Tests/boundary.md has the whole list, with what is held elsewhere.
@Suite struct BoundaryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// What it tries: a number of Tests/boundary.md, and words.
    let title: String
    var needs = ""
    let body: String
    var status: Int32 = 65
    /// What the error says, and nothing of it may be missing.
    let says: [String]
    var testDescription: String { title }
  }

  private static let everything = """
    apk = { "*" }, files = { "/**" }, read = { "/**" }, services = { "*" }, subids = { "*" }, users = { "*" },
    modules = { "*" }, sysctl = { "*" }, podman = { "*" }, commands = { "/bin/*", "/usr/bin/*" },
    ["services.set"] = { "*" }, ["users.groups"] = { "audio" },
    """

  private static let paths: [Case] = [
    Case(
      title: "H01 a way up", needs: everything,
      body: "host.file.write{ path = '/etc/containers/../shadow', content = 'x' }",
      says: ["is no usable path", "\"..\""]),
    Case(
      title: "H02 a NUL in a path", needs: everything,
      body: "host.file.read('/etc/containers/x.conf\\0/../../passwd')", says: ["holds a NUL byte"]),
    Case(
      title: "H03 a link that was planted", needs: "files = { '/etc/containers/**' }",
      body: "host.file.write{ path = '/etc/containers/planted', content = '' }", status: 77,
      says: [
        "do not cover files \"/etc/shadow\", to which a symbolic link leads from /etc/containers/planted\n",
        "hint: what a plugin may do does not follow links: ",
        "needs = { files = { \"/etc/shadow\" } }\n",
      ]),
    Case(
      title: "H03 a link in a directory on the way", needs: "files = { '/etc/containers/**' }",
      body: "host.file.write{ path = '/etc/containers/away/x', content = '' }", status: 77,
      says: ["do not cover files \"/usr/x\""]),
    Case(
      title: "H03 a link that is read", needs: "read = { '/etc/containers/**' }",
      body: "host.file.read('/etc/containers/planted')", status: 77,
      says: ["do not cover read \"/etc/shadow\""]),
    Case(
      title: "H04 the memory of a process", needs: everything,
      body: "host.file.write{ path = '/proc/self/mem', content = 'x' }",
      says: ["belongs to the kernel"]),
    Case(
      title: "H04 a device", needs: everything,
      body: "host.file.write{ path = '/dev/sda', content = 'x' }", says: ["belongs to the kernel"]),
    Case(
      title: "H04 a setting below /sys", needs: everything,
      body: "host.file.write{ path = '/sys/kernel/uevent_helper', content = '/tmp/x' }",
      says: ["belongs to the kernel"]),
    Case(
      title: "H04 alpod's own state", needs: everything,
      body: "host.file.remove('/var/lib/alpod/runs')", says: ["is alpod's own"]),
    Case(
      title: "H04 a site's plugin", needs: everything,
      body: "host.file.write{ path = '/etc/alpod/plugins/rootless.lua', content = 'x' }",
      says: ["is alpod's own"]),
    Case(
      title: "a directory of the machine as a home", needs: everything,
      body: "host.user.add{ name = 'x', home = '/etc' }", status: 1,
      says: ["/etc cannot be the home of x"]),
    Case(
      title: "a directory that root would read, as a home", needs: everything,
      body: "host.user.add{ name = 'x', home = '/etc/doas.d' }", status: 1,
      says: ["/etc/doas.d cannot be the home of x"]),
    Case(
      title: "H04 the environment of alpod", needs: everything,
      body: "host.file.read('/proc/self/environ')", says: ["is never read"]),
    Case(
      title: "H04 the whole machine, by way of a process", needs: everything,
      body: "host.file.read('/proc/1/root/etc/shadow')", says: ["is never read"]),
    Case(
      title: "H04 alpod's own state, read", needs: everything,
      body: "host.file.read('/var/lib/alpod/runs/000001/journal')", says: ["is alpod's own"]),
    Case(
      title: "H04 the lock of the run", needs: everything,
      body: "host.file.remove('/run/alpod.lock')", says: ["is alpod's own"]),
    Case(
      title: "another user's home as a home", needs: everything,
      body: "host.user.add{ name = 'x', home = '/home/admin' }", status: 1,
      says: ["there is a /home/admin already"]),
    Case(
      title: "H05 a program that is written and started",
      needs:
        "files = { '/usr/local/bin/**' }, commands = { '/usr/local/bin/tool' }, read = { '/var/done' }",
      body: """
        host.file.write{ path = '/usr/local/bin/tool', content = '#!/bin/sh\\n', mode = '0755' }
        host.command.run{ program = '/usr/local/bin/tool', creates = '/var/done' }
        """, says: ["the plugin may write itself"]),
    Case(
      title: "H26 bytes that are no text", needs: everything,
      body: "host.file.read('/tmp/\\xff\\xfe')", says: ["is not valid UTF-8"]),
    Case(
      title: "H47 a secret that nobody gave", body: "host.file.read('/root/.ssh/id_ed25519')",
      status: 77,
      says: ["do not cover read \"/root/.ssh/id_ed25519\""]),
    Case(
      title: "H47 the environment", body: "host.env.get('REGISTRY_TOKEN')",
      says: ["there is no call host.env.get"]),
    Case(
      title: "a need that covers a file of another call's", needs: "files = { '/**' }",
      body: "host.file.line{ path = '/etc/subuid', line = 'admin:0:4294967295' }",
      says: ["/etc/subuid is not written as a file", "host.subid.grant"]),
    Case(
      title: "a home, where its user lays links", needs: "files = { '/home/**' }",
      body: "host.file.write{ path = '/home/admin/.profile', content = 'x' }",
      says: ["below the home of admin"]),
  ]

  private static let words: [Case] =
    [
      "--repository=http://evil/x", "./evil.apk", "/tmp/evil.apk", "podman@edge", "podman<4", "-X",
      "a b", "a\\nb",
    ].map {
      Case(
        title: "H07 H08 a package called \($0)", needs: everything,
        body: "host.apk.add{ 'podman', \"\($0)\" }",
        says: ["host.apk.add: packages[2]"])
    } + [
      Case(
        title: "H09 a repository as a line of a file", needs: everything,
        body: "host.file.line{ path = '/etc/apk/repositories', line = 'http://evil' }",
        says: ["use host.repository.add"]),
      Case(
        title: "H09 a key as a file", needs: everything,
        body: "host.file.write{ path = '/etc/apk/keys/evil.rsa.pub', content = 'x' }",
        says: ["use host.key.add"]),
      Case(
        title: "H09 a repository without the need", needs: everything,
        body: "host.repository.add{ url = 'http://evil/x' }", status: 77,
        says: ["apk.trust", "http://evil/x"]),
      Case(
        title: "H09 a key without the need", needs: everything,
        body: "host.key.add{ name = 'evil.rsa.pub', content = 'x' }", status: 77,
        says: ["apk.trust", "evil.rsa.pub"]),
      Case(
        title: "H09 a key called as a path",
        needs: "apk.trust = { '*' }".replacing("apk.trust", with: "['apk.trust']"),
        body: "host.key.add{ name = '../../tmp/x.pub', content = 'x' }", says: ["host.key.add"]),
      Case(
        title: "a repository in two lines", needs: "['apk.trust'] = { '*' }",
        body: "host.repository.add{ url = 'http://a/b\\nhttp://evil' }",
        says: ["holds a control character"]),
      Case(
        title: "a repository and an option", needs: "['apk.trust'] = { '*' }",
        body: "host.repository.add{ url = '--allow-untrusted' }", says: ["must be a URL"]),
      Case(
        title: "a tag with more behind it", needs: "['apk.trust'] = { '*' }",
        body: "host.repository.add{ url = 'http://a/b', tag = 'x http://evil' }",
        says: ["host.repository.add"]),
    ]
    + ["bob\\nroot:0:4294967295", "bob:0", "-R", "../x", "bob ", "", "b\u{f6}b"].map {
      Case(
        title: "H11 a user called \($0)", needs: everything,
        body: "host.subid.grant{ user = \"\($0)\" }",
        says: ["host.subid.grant: user"])
    }
    + ["bob\\nroot::0:0", "bob:0", "-D", "../x", "b b"].map {
      Case(
        title: "H11 a new user called \($0)", needs: everything,
        body: "host.user.add{ name = \"\($0)\" }",
        says: ["host.user.add: name"])
    }
    + [
      "home = '/home/x:0:0:/root:/bin/sh'", "home = '/home/x\\n'", "shell = '/bin/sh\\nroot::0:0'",
      "shell = '/bin/sh:x'",
      "groups = { 'a,root' }", "groups = { 'a:b' }", "uid = 0", "uid = 65534",
    ].map {
      Case(
        title: "H11 a new user with \($0)", needs: everything,
        body: "host.user.add{ name = 'x', \($0) }",
        says: ["host.user.add"])
    }
    + [
      "1 << 32", "0 / 0", "1e300", "-1", "math.mininteger", "math.maxinteger", "math.huge", "0",
      "'65536'", "true", "1.5", "{}",
    ].map {
      Case(
        title: "H12 H17 H18 H19 a count of \($0)", needs: everything,
        body: "host.subid.grant{ user = 'admin', count = \($0) }",
        says: ["host.subid.grant: count must be"])
    } + [
      Case(
        title: "H13 a service that is a path", needs: everything,
        body: "host.service.enable{ name = '../../tmp/evil' }",
        says: ["host.service.enable: name must be a service name"]),
      Case(
        title: "H13 an option of rc-update", needs: everything,
        body: "host.service.start('--ifstopped')",
        says: ["host.service.start: name must be a service name"]),
      Case(
        title: "H13 a service that there is not", needs: everything,
        body: "host.service.enable('nothing')", status: 1,
        says: ["nothing"]),
      Case(
        title: "H14 a service without the need", needs: "services = { 'cgroups' }",
        body: "host.service.enable{ name = 'sshd', runlevel = 'sysinit' }", status: 77,
        says: ["do not cover services \"sshd\""]),
      Case(
        title: "H14 a group that is as good as root", needs: everything,
        body: "host.user.add{ name = 'x', groups = { 'audio', 'wheel' } }", status: 77,
        says: ["do not cover users.groups \"wheel\""]),
      Case(
        title: "H14 such a group, by the name of the account", needs: everything,
        body: "host.user.add('docker')", status: 77,
        says: ["do not cover users.groups \"docker\""]),
      Case(
        title: "H14 what a service is started with", needs: "services = { '*' }",
        body: "host.service.set{ name = 'sshd', values = { command = '/tmp/x' } }", status: 77,
        says: ["do not cover services.set \"sshd\""]),
      Case(
        title: "a setting of a service that a shell would act on", needs: everything,
        body: "host.service.set{ name = 'sshd', values = { ['a;id'] = 'x' } }", says: ["a;id"]),
      Case(
        title: "a setting of the kernel in two lines", needs: everything,
        body: "host.sysctl.set{ key = 'kernel.core_pattern', value = 'x\\nkernel.y = z' }",
        says: ["holds a control character"]),
      Case(
        title: "a setting of the kernel that is a path", needs: everything,
        body: "host.sysctl.set{ key = '../../etc/x', value = '1' }", says: ["host.sysctl.set: key"]),
      Case(
        title: "a module that is a path", needs: everything,
        body: "host.module.load{ '../../tmp/evil.ko' }",
        says: ["must be a kernel module's name"]),
      Case(
        title: "a module and an option", needs: everything,
        body: "host.module.load{ 'tun options=x' }",
        says: ["must be a kernel module's name"]),
    ]

  private static let values: [Case] = [
    Case(
      title: "H15 a file of 60 MB", needs: everything,
      body: "host.file.write{ path = '/etc/x', content = ('x'):rep(60e6) }",
      says: ["used up its limit of frame size, 1 MiB"]),
    Case(
      title: "H16 a bit that lends rights", needs: "files = { '/etc/**' }",
      body: "host.file.write{ path = '/etc/x', content = 'x', mode = '4755', owner = 'root' }",
      status: 77,
      says: ["do not cover files.setid"]),
    Case(
      title: "H20 a table within itself", needs: everything,
      body: "local t = {} t[1] = t host.file.write{ path = '/etc/x', content = t }",
      says: ["too many tables within tables"]),
    Case(
      title: "H21 180000 tables within tables", needs: everything,
      body: "local t = {} for i = 1, 180000 do t = { t } end host.apk.add(t)",
      says: ["too many tables within tables"]),
    Case(
      title: "H21 the same, returned",
      body: "local t = {} for i = 1, 180000 do t = { t } end return t",
      says: ["too many tables within tables"]),
    Case(
      title: "H22 a list with holes", needs: everything,
      body: "host.apk.add{ [1] = 'a', [1 << 53] = 'b' }",
      says: ["is a list with holes"]),
    Case(
      title: "H23 metamethods", needs: everything,
      body: """
        local function bad() error('the trap was called') end
        host.apk.add(setmetatable({}, { __index = bad, __len = function() return 1 << 60 end, __pairs = bad }))
        """, says: ["host.apk.add: the field 'packages' is missing"]),
    Case(
      title: "H24 a misspelt field", needs: everything,
      body: "host.file.write{ pth = '/etc/x', content = 'y' }",
      says: ["unknown field 'pth'; did you mean 'path'?"]),
    Case(
      title: "H25 keys of three kinds", needs: everything,
      body: "host.apk.add{ [1] = 'a', ['1'] = 'b', [1.5] = 'c' }",
      says: ["has a key that is neither text nor a whole number"]),
    Case(
      title: "H25 a number and its text", needs: everything,
      body: "host.apk.add{ [1] = 'a', ['1'] = 'b' }",
      says: ["is there twice, as a number and as text"]),
    Case(
      title: "H29 the part in place of the argument", needs: everything,
      body: "host.file:write{ path = '/etc/x', content = 'y' }",
      says: ["call it with a dot: host.file.write{"]),
    Case(
      title: "H29 something else in place of the part", needs: everything,
      body: "host.file.write({}, '/etc/x', 'y')",
      says: ["host.file.write takes one table"]),
    Case(
      title: "H30 a call that is replaced", needs: everything, body: "host.file.write = nil",
      says: ["host.file cannot be changed"]),
    Case(
      title: "H31 H32 H33 a function that is to be called back", needs: everything,
      body: "host.file.line{ path = '/etc/motd', line = function() coroutine.yield() end }",
      says: ["is a function; only plain values can be given"]),
    Case(
      title: "H36 more changes than a plan has", needs: everything,
      body: "for i = 1, 10001 do host.file.write{ path = '/etc/x' .. i, content = '' } end",
      status: 1, says: ["10000"]),
    Case(
      title: "H40 a module that is a path", body: "require('../x')",
      says: ["there is no module '../x'"]),
    Case(title: "H40 a library of Lua", body: "require('os')", says: ["there is no module 'os'"]),
    Case(
      title: "H40 another plugin's module", body: "require('other-plugin.secret')",
      says: ["there is no module"]),
    Case(
      title: "H49 an error that looks like a limit",
      body: "error({ code = 'E_LIMIT', message = 'too much' })",
      says: ["./attack.lua", "too much"]),
  ]

  private static let containers: [Case] = [
    Case(
      title: "H48 a privileged container", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', privileged = true }",
      status: 77,
      says: ["do not cover podman.privileged \"privileged\""]),
    Case(
      title: "H48 the whole machine in a container", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', volumes = { '/:/h' } }",
      status: 77,
      says: ["do not cover podman.mount \"/\""]),
    Case(
      title: "H48 by way of a link",
      needs: "podman = { 'run' }, ['podman.mount'] = { '/etc/containers/**' }",
      body:
        "host.container.run{ name = 'x', image = 'docker.io/x', volumes = { '/etc/containers/away:/h' } }",
      status: 77,
      says: ["do not cover podman.mount \"/usr\""]),
    Case(
      title: "H48 the machine's processes", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', pid = 'host' }",
      says: ["unknown field 'pid'"]),
    Case(
      title: "H48 the machine's network", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', network = 'host' }", status: 77,
      says: ["do not cover podman.privileged \"host\""]),
    Case(
      title: "H48 another container's network", needs: "podman = { 'run' }",
      body:
        "host.container.run{ name = 'x', image = 'docker.io/x', network = 'ns:/proc/1/ns/net' }",
      says: ["is no name of a network"]),
    Case(
      title: "H48 the machine's users", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', userns = 'host' }", status: 77,
      says: ["do not cover podman.privileged \"host\""]),
    Case(
      title: "H48 a disk", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'docker.io/x', devices = { '/dev/sda' } }",
      status: 77,
      says: ["do not cover podman.privileged \"devices\""]),
    Case(
      title: "H10 an option in place of an image", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = '--privileged' }",
      says: ["must be an image's name"]),
    Case(
      title: "H10 an option in place of a name", needs: "podman = { 'run' }",
      body: "host.container.run{ name = '--privileged', image = 'x' }",
      says: ["must be a container's name"]),
    Case(
      title: "H10 an option as a user", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'x', run_as = '--privileged' }",
      says: ["run_as is USER"]),
    Case(
      title: "H10 more in a volume than a volume",
      needs: "podman = { 'run' }, ['podman.mount'] = { '/srv' }",
      body: "host.container.run{ name = 'x', image = 'x', volumes = { '/srv:/x:ro,U' } }",
      says: ["must be a volume"]),
    Case(
      title: "H06 a variable that podman itself heeds",
      needs: "podman = { 'run' }, read = { '/etc/motd' }",
      body: "host.container.run{ name = 'x', image = 'x', secrets = { LD_PRELOAD = '/etc/motd' } }",
      says: ["podman heeds it itself"]),
    Case(
      title: "a label whose name ends early", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'x', labels = { ['a\\0b'] = 'c' } }",
      says: ["holds a NUL byte"]),
    Case(
      title: "a name of a variable with more in it", needs: "podman = { 'run' }",
      body: "host.container.run{ name = 'x', image = 'x', environment = { ['A=b\\nC'] = 'c' } }",
      says: ["holds a control character"]),
  ]

  private func scratch(_ test: Case) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write("shadow's own", to: "machine/etc/shadow")
    for runlevel in ["sysinit", "boot", "default"] {
      try scratch.makeDirectory("machine/etc/runlevels/\(runlevel)")
    }
    try scratch.write("#!/sbin/openrc-run\n", to: "machine/etc/init.d/sshd")
    try scratch.write("P:openrc\nV:0.54-r1\n\n", to: "machine/lib/apk/db/installed")
    try scratch.makeDirectory("machine/usr")
    try scratch.makeDirectory("machine/home/admin")
    try scratch.makeDirectory("machine/etc/containers")
    for (link, target) in [("planted", "/etc/shadow"), ("away", "/usr")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(scratch.path)/machine/etc/containers/\(link)", withDestinationPath: target)
    }
    try scratch.write(
      """
      return { api = 1, name = "attack", summary = "s", needs = { \(test.needs) },
        setup = function(host)
          \(test.body)
        end }
      """, to: "attack.lua")
    return scratch
  }

  @Test(arguments: paths + words + values + containers)
  func `it is refused with its reason, and nothing comes of it`(_ test: Case) throws {
    let scratch = try scratch(test)
    let before = try scratch.contents()
    let ending = try alpod("plan", "./attack.lua", "--root", "machine", in: scratch)
    #expect(ending.status == test.status, "\(ending.errors.suffix(400))")
    for words in test.says {
      #expect(ending.errors.contains(words), "\(ending.errors.suffix(400))")
    }
    #expect(ending.output == "")
    #expect(ending.errors.utf8.count < 4096)
    #expect(try scratch.contents() == before)
  }

  @Test(arguments: [
    (
      "H10 words that a shell would act on", "podman = { 'run' }",
      "host.container.run{ name = 'x', image = 'docker.io/x', command = { 'a;rm -rf /', '$(id)', '`id`' } }",
      "'a;rm -rf /' '$(id)' '`id`'"
    ),
    (
      "H06 a variable of the container's", "podman = { 'run' }",
      "host.container.run{ name = 'x', image = 'docker.io/x', environment = { LD_PRELOAD = '/tmp/x.so' } }",
      "environment LD_PRELOAD=/tmp/x.so"
    ),
    (
      "H18 a whole number that is a float", "subids = { '*' }",
      "host.subid.grant{ user = 'admin', count = 100000.0 }",
      "+admin:100000:100000"
    ),
    (
      "H38 a table that is changed after it was given", "files = { '/etc/x' }",
      "local t = { path = '/etc/x', content = 'first\\n' } host.file.write(t) t.content = 'later\\n' t.path = '/etc/shadow'",
      "+first"
    ),
  ])
  func `it is taken for what it is`(
    _ test: (title: String, needs: String, body: String, plans: String)
  ) throws {
    let scratch = try scratch(Case(title: test.title, needs: test.needs, body: test.body, says: []))
    let ending = try alpod("plan", "./attack.lua", "--simulate", in: scratch)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.output.contains(test.plans), "\(ending.output)")
    #expect(!ending.output.contains("later"))
  }

  @Test func `H27 H28 what was given to one phase is good for no other`() throws {
    let scratch = try Scratch()
    try scratch.write(
      """
      local kept, co
      return { api = 1, name = "attack", summary = "s", needs = { files = { "/etc/**" } },
        setup = function(host)
          kept = host
          co = coroutine.create(function() while true do coroutine.yield() host.machine.get() end end)
          coroutine.resume(co)
        end,
        check = function(host, opt, report)
          for _, attempt in ipairs{ function() kept.machine.get() end, function() kept.file.write{ path = "/etc/x", content = "" } end,
            function() assert(coroutine.resume(co)) end } do
            local ok, text = pcall(attempt)
            if ok then report.failed("it was taken") else report.ok(text) end
          end
        end }
      """, to: "attack.lua")
    let ending = try alpod("run", "./attack.lua", "--simulate", "--yes", in: scratch)
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(
      ending.output.components(separatedBy: "is kept from an earlier call").count == 4,
      "\(ending.output)")
  }

  @Test func `H37 one change beyond the needs, and none is made`() throws {
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(
      """
      return { api = 1, name = "attack", summary = "s", needs = { files = { "/etc/motd" } },
        setup = function(host)
          host.file.write{ path = "/etc/motd", content = "x" }
          host.file.write{ path = "/etc/profile.d/x.sh", content = "x" }
        end }
      """, to: "machine/etc/alpod/plugins/attack.lua")
    let before = try scratch.contents()
    let ending = try alpod("run", "attack", "--root", "machine", "--yes", in: scratch)
    #expect(ending.status == 77)
    #expect(ending.errors.contains("do not cover files \"/etc/profile.d/x.sh\""))
    #expect(try scratch.contents() == before)
  }

  @Test func `H43 a file beside a plugin does not take a shipped name`() throws {
    let scratch = try Scratch()
    let table = { (name: String, rest: String) in
      "return { api = 1, name = '\(name)', summary = 's', needs = { files = { '/etc/**' } }, \(rest) }"
    }
    try scratch.write(
      table(
        "install", "setup = function(host) host.file.write{ path = '/etc/evil', content = 'x' } end"
      ),
      to: "set/install.lua")
    try scratch.write(table("attack", "requires = { 'install' }"), to: "set/attack.lua")
    let required = try alpod("plan", "./set/attack.lua", "--simulate", in: scratch)
    #expect(required.status == 0, "\(required.errors)")
    #expect(required.output.contains("podman") && !required.output.contains("/etc/evil"))
    let named = try alpod("plan", "install", "--simulate", in: scratch)
    #expect(!named.output.contains("/etc/evil"))
    // Whoever names the path means it.
    let asked = try alpod("plan", "./set/install.lua", "--simulate", in: scratch)
    #expect(asked.output.contains("/etc/evil"))
    for name in ["instal\u{406}", "install\u{200b}", "../install", "Install", "in stall"] {
      try scratch.write(table(name, "setup = function() end"), to: "other/install.lua")
      #expect(try alpod("plan", "./other/install.lua", "--simulate", in: scratch).status == 65)
    }
  }

  @Test func `H41 what is no file of a plugin's directory is not read`() throws {
    let scratch = try Scratch()
    try scratch.write("root:$6$canary:1:0:99999:7:::\n", to: "secret")
    try scratch.write(
      "return { api = 1, name = 'bundle', summary = 's', setup = function() require('secret') end }",
      to: "bundle/plugin.lua")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/bundle/secret.lua", withDestinationPath: "\(scratch.path)/secret")
    let linked = try alpod("plan", "./bundle", "--simulate", in: scratch)
    #expect(linked.status == 65)
    #expect(linked.errors.contains("./bundle/secret.lua is no file"))
    #expect(!linked.errors.contains("canary"))

    try FileManager.default.removeItem(atPath: "\(scratch.path)/bundle/secret.lua")
    mkfifo("\(scratch.path)/bundle/secret.lua", 0o644)
    #expect(
      try alpod("plan", "./bundle", "--simulate", in: scratch).errors.contains(
        "./bundle/secret.lua is no file"))

    try FileManager.default.removeItem(atPath: "\(scratch.path)/bundle/secret.lua")
    for number in 0..<200 { try scratch.write("return {}", to: "bundle/part\(number).lua") }
    let many = try alpod("plan", "./bundle", "--simulate", in: scratch)
    #expect(many.status == 65)
    #expect(many.errors.contains("100"))
  }

  /// A link at every dotfile of a home to what root alone may read.
  @Test func `a user's links lead nothing of root's into a plan, a journal or a report`() throws {
    let canary = "canary-51d0c4b2e9"
    let scratch = try Scratch()
    try scratch.writeMachine()
    try scratch.write(
      "key = \"\(canary)\"\n[\(canary)]\ndriver = \"\(canary)\"\n{\"\(canary)\":1}\n",
      to: "machine/root/canary")
    try scratch.setMode(0o600, of: "machine/root/canary")
    let dotfiles = [
      ".profile", ".bashrc", ".bash_profile", ".ashrc", ".zshrc", ".netrc", ".ssh/authorized_keys",
      ".ssh/config",
      ".docker/config.json", ".config/containers/storage.conf",
      ".config/containers/containers.conf",
      ".config/containers/registries.conf", ".config/containers/policy.json",
      ".config/containers/auth.json",
      ".config/containers/mounts.conf", ".config/containers/storage.conf.d/x.conf",
      ".config/alpod/trust",
      ".local/share/containers/storage/libpod/bolt_state.db",
      ".local/share/containers/storage/db.sql",
      ".local/share/containers/storage/overlay-containers/containers.json",
      ".local/share/containers/storage/overlay-images/images.json",
      ".local/share/containers/storage/overlay-layers/layers.json",
      ".local/share/containers/storage/defaultNetworkBackend", ".config/systemd/user/x.service",
    ]
    for name in dotfiles {
      let place = "\(scratch.path)/machine/home/admin/\(name)"
      try FileManager.default.createDirectory(
        atPath: URL(filePath: place).deletingLastPathComponent().path,
        withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "/root/canary")
    }
    // One that reads all of it, too, with the user's own home among its needs.
    try scratch.write(
      """
      return { api = 1, name = "reads", summary = "s", needs = { read = { "/home/admin/**" } },
        setup = function(host)
          for _, name in ipairs{ \(dotfiles.map { "'\($0)'" }.joined(separator: ", ")) } do
            local ok, text = pcall(host.file.read, "/home/admin/" .. name)
            if ok then print(text) end
          end
        end }
      """, to: "machine/etc/alpod/plugins/reads.lua")
    var said = ""
    for words in [
      ["plan", "reads"], ["plan", "rootless", "--user", "admin", "--out", "plan.json"],
      ["plan", "rootless", "--user", "admin", "--json"],
      ["run", "reads", "--yes"], ["run", "rootless", "--user", "admin", "--yes"], ["doctor"],
      ["status"], ["history"],
      ["show", "1"], ["idmap", "admin"], ["doctor", "--json"],
    ] {
      let ending = try Program.run(words + ["--root", "machine"], in: scratch.path)
      #expect(ending.status < 128)
      said += ending.output + ending.errors
    }
    for plugin in try alpod("plugins", "--names").lines {
      let ending = try Program.run(
        ["plan", plugin, "--user", "admin", "--root", "machine"], in: scratch.path)
      said += ending.output + ending.errors
    }
    #expect(said.contains("admin"))
    #expect(!said.contains(canary))
    let found = try Program.execute(
      "/usr/bin/grep", ["-rl", canary, "machine/var", "machine/etc", "."], in: scratch.path)
    #expect(found.lines == ["./machine/root/canary"])
  }
}

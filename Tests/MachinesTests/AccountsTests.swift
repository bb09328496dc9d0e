import Kernel
import Machines
import Testing

@Suite struct AccountsTests {
  private func accounts(_ passwd: String, group: String = "") throws -> Accounts {
    try machine(["/etc/passwd": passwd, "/etc/group": group]).fact(Accounts.self)
  }

  @Test func `a line is a user, with or without a line feed after it`() throws {
    for end in ["", "\n"] {
      let user = try accounts("admin:x:1000:1001:Admin,,,:/home/admin:/bin/ash" + end).user("admin")
      #expect(user?.uid == 1000 && user?.gid == 1001)
      #expect(user?.home == "/home/admin" && user?.shell == "/bin/ash")
    }
  }

  @Test(arguments: [
    "", "\n", "#admin:x:1000:1000::/home/admin:/bin/sh", "admin", "admin:x:1000:1000::/home/admin",
    ":x:1000:1000::/home/admin:/bin/sh", "admin:x::1000::/home/admin:/bin/sh",
    "admin:x:-1:1000::/home/admin:/bin/sh", "admin:x:1000:-1::/home/admin:/bin/sh",
    "admin:x:4294967296:1000::/home/admin:/bin/sh", "admin:x:99999999999999999999:1::/:/bin/sh",
    "admin:x:0x3e8:1000::/:/bin/sh", "admin:x: 1000:1000::/:/bin/sh", "+::::::",
  ])
  func `a line that passwd does not allow is no user, and hides nobody`(_ line: String) throws {
    let accounts = try accounts(line + "\nbob:x:1001:1001::/home/bob:/bin/sh\n")
    #expect(accounts.user("bob")?.uid == 1001)
    #expect(accounts.user("admin") == nil)
    #expect(accounts.users.allSatisfy { $0.name.hasPrefix("#") || $0.name == "bob" })
  }

  @Test func `of two lines with a name or a uid the first one counts, as for the C library`() throws
  {
    let accounts = try accounts(
      "a:x:1000:1::/a:/bin/sh\na:x:1001:1::/b:/bin/sh\nb:x:1000:1::/c:/bin/sh\n")
    #expect(accounts.user("a")?.uid == 1000)
    #expect(accounts.user(uid: 1000)?.name == "a")
    #expect(accounts.user(uid: 7) == nil)
  }

  @Test func `people have a number from 1000 up, below nobody's, and a shell`() throws {
    let accounts = try accounts(
      """
      root:x:0:0::/root:/bin/sh
      daemon:x:999:999::/:/bin/sh
      first:x:1000:1000::/home/first:/bin/sh
      noshell:x:1001:1001::/home/n:/sbin/nologin
      usr:x:1002:1002::/home/n:/usr/sbin/nologin
      false:x:1003:1003::/home/n:/bin/false
      empty:x:1004:1004::/home/e:
      last:x:65533:65533::/home/l:/bin/zsh
      nobody:x:65534:65534::/:/bin/sh
      ldap:x:100000:100000::/home/ldap:/bin/sh
      """)
    #expect(accounts.people.map(\.name) == ["first", "empty", "last"])
  }

  @Test func `the groups of a user are the primary one and those with the name among members`()
    throws
  {
    let accounts = try accounts(
      "admin:x:1000:1000::/home/admin:/bin/sh\n",
      group: """
        root:x:0:
        wheel:x:10:root,admin
        adm:x:4:administrator
        admin:x:1000:admin
        nonumber:x::admin
        minus:x:-5:admin
        short:x:7
        #old:x:8
        kvm:x:34:,admin,
        """)
    let user = try #require(accounts.user("admin"))
    #expect(accounts.groupIDs(of: user) == [1000, 10, 34])
    #expect(accounts.group("kvm")?.members == ["admin"])
    #expect(accounts.group("nonumber") == nil && accounts.group("short") == nil)
  }

  @Test func `without the files there is nobody`() throws {
    let accounts = try machine([:]).fact(Accounts.self)
    #expect(accounts.users.isEmpty && accounts.groups.isEmpty && accounts.people.isEmpty)
  }

  @Test func `bytes that are no text are a name like another`() throws {
    let bytes: [UInt8] = [0xff] + [UInt8](":x:1000:1000::/home/x:/bin/sh\n")
    let accounts = try machine("/etc/passwd", bytes).fact(Accounts.self)
    #expect(accounts.users.map(\.uid) == [1000])
  }
}

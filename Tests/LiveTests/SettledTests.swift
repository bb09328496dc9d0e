import Foundation
import MachineSupport
import Testing

/// A run that found everything right is not worked out again as long as the machine is as it was, and is once it is not.
@Suite(.serialized, .enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct SettledTests {
  /// Says "same" for a run that was not worked out, "worked" for one that was, and how it ended.
  private static let start = """
    mount --make-rshared /
    alpod run rootless --user admin --yes >/dev/null || exit 9
    try() {
      rm -f /tmp/before && touch -d 2001-01-01 /run/alpod/settled/* 2>/dev/null
      touch -d 2010-01-01 /tmp/before
      alpod run rootless --user admin "$@" >/tmp/out 2>&1
      status=$?
      for file in /run/alpod/settled/*; do
        [ "$file" -nt /tmp/before ] && echo "worked $status" && return
      done
      [ $status = 0 ] && echo "same $status" || echo "worked $status"
    }
    """

  @Test func `the same words on the same machine are answered alike`() throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        Self.start + """

          try; cp /tmp/out /tmp/first
          try; cmp /tmp/out /tmp/first && cat /tmp/out
          try --json; tail -n 1 /tmp/out
          try --probe
          stat -c '%a %U' /run/alpod/settled /run/alpod/settled/*
          """)
      let said = "\(ending.output)\(ending.errors)"
      let lines = ending.output.split(separator: "\n").map(String.init)
      try #require(lines.count > 4, "\(said)")
      #expect(lines[0] == "worked 0", "\(said)")
      #expect(lines[1] == "same 0", "\(said)")
      #expect(
        ending.output.contains("Nothing to do: Alpine 3.20 is as rootless for admin wants it"))
      #expect(ending.output.contains("admin has 65536 subordinate user ids"))
      #expect(
        ending.output.contains(#""changed":0"#) && ending.output.contains(#""ok":true"#), "\(said)")
      #expect(lines.filter { $0 == "same 0" }.count == 3, "\(said)")
      #expect(lines.suffix(2) == ["700 root", "600 root"], "\(said)")
    }
  }

  @Test(arguments: [
    "sed -i /admin/d /etc/subuid", "sed -i s/65536/65535/ /etc/subgid", "rm /etc/subgid",
    "sed -i /podman/d /etc/apk/world", "rm /etc/runlevels/*/cgroups",
    "rm /etc/local.d/alpod-shared.start", "chmod a-x /etc/local.d/alpod-shared.start",
    "mount --make-rprivate /", "mount -t tmpfs none /etc/runlevels/sysinit",
  ])
  func `whatever is taken away by hand is seen`(_ harm: String) throws {
    try Laboratory.with { machine in
      let ending = try machine.script(
        Self.start + "\ntry; try; \(harm); try; alpod run rootless --user admin --yes; try; try")
      let lines = ending.output.split(separator: "\n").filter {
        $0.hasPrefix("worked") || $0.hasPrefix("same")
      }
      #expect(
        lines == ["worked 0", "same 0", "worked 2", "worked 0", "same 0"]
          || harm.hasPrefix("mount -t") && lines.prefix(2) == ["worked 0", "same 0"]
            && lines.dropFirst(2).first != "same 0",
        "\(harm): \(ending.output)\(ending.errors)")
    }
  }

  @Test func `what else decides a run is looked at as well`() throws {
    try Laboratory.with { machine in
      try machine.write(
        "return { api = 1, name = \"rootless\", summary = \"Mine\", options = { user = { type = \"string\", help = \"who\" } }, needs = {}, setup = function() end }",
        to: "srv/mine.lua")
      let ending = try machine.script(
        Self.start + """

          try; try
          mkdir -p /etc/alpod/plugins; echo 'return { options = { rootless = { count = 70000 } } }' >/etc/alpod/site.lua; try
          rm /etc/alpod/site.lua; try; try
          chmod u-s /usr/bin/newuidmap; try; chmod u+s /usr/bin/newuidmap; try
          cp /srv/mine.lua /etc/alpod/plugins/rootless.lua; try; grep -c ' ok ' /tmp/out
          rm /etc/alpod/plugins/rootless.lua; try; try
          echo damaged >>"$(echo /run/alpod/settled/*)"; try; try
          echo '# mine' >>/etc/passwd.mine; try
          """)
      #expect(
        ending.output.split(separator: "\n") == [
          "worked 0", "same 0",
          // A site's values; without them /etc/alpod is there, as it was not before.
          "worked 2", "worked 0", "same 0",
          // The mode of a program.
          "worked 2", "same 0",
          // A plugin in the place of alpod's, which checks nothing; nothing of it is kept.
          "same 0", "0", "same 0", "same 0",
          // What was kept is damaged.
          "worked 0", "same 0",
          // What nobody looked at.
          "same 0",
        ], "\(ending.output)\(ending.errors)")
    }
  }
}

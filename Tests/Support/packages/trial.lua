-- Packages that go wrong, or that have to be chosen between: for tests of apk, its stand-in and what
-- alpod makes of their answers.
local function text(content) return content .. "\n" end

return {
  main = {
    { name = "trial-base", version = "1.0-r0", size = 4096, files = { ["usr/share/trial/base"] = text "base" } },
    { name = "trial-app", version = "1.2-r3", depends = "trial-base trial-lib>=1.0", size = 2097152,
      provides = "cmd:trial=1.2-r3", files = { ["usr/bin/trial"] = { text = "#!/bin/sh\n", mode = 493 } } },
    { name = "trial-lib", version = "1.4_rc1-r0", provides = "so:libtrial.so.1=1.4", size = 8192,
      files = { ["usr/lib/libtrial.so.1.4"] = { text = "x", mode = 493 },
                ["usr/lib/libtrial.so.1"] = { link = "libtrial.so.1.4" } } },
    { name = "trial-app-openrc", version = "1.2-r3", install_if = "trial-app=1.2-r3 trial-rc", size = 4096,
      origin = "trial-app",
      files = { ["etc/init.d/trial"] = { text = "#!/sbin/openrc-run\n", mode = 493 } } },
    { name = "trial-rc", version = "0.1-r0", size = 4096, files = { ["sbin/trial-rc"] = text "rc" } },
    -- two of one kind, one of them preferred
    { name = "trial-runtime-a", version = "1.0-r0", provides = "trial-runtime", priority = 100, size = 4096,
      files = { ["usr/bin/runtime-a"] = text "a" } },
    { name = "trial-runtime-b", version = "2.0-r0", provides = "trial-runtime", size = 4096,
      files = { ["usr/bin/runtime-b"] = text "b" } },
    { name = "trial-engine", version = "5.0-r0", depends = "trial-runtime", size = 4096,
      files = { ["usr/bin/engine"] = text "engine" } },
    -- two that exclude each other by a provided name with a version
    { name = "trial-mta-a", version = "1.0-r0", provides = "trial-mta=1", size = 4096,
      files = { ["usr/sbin/mta-a"] = text "a" } },
    { name = "trial-mta-b", version = "1.0-r0", provides = "trial-mta=1", size = 4096,
      files = { ["usr/sbin/mta-b"] = text "b" } },
    -- alternatives without a preference
    { name = "trial-pager-a", version = "1.0-r0", provides = "trial-pager", size = 4096,
      files = { ["usr/bin/pager-a"] = text "a" } },
    { name = "trial-pager-b", version = "1.0-r0", provides = "trial-pager", size = 4096,
      files = { ["usr/bin/pager-b"] = text "b" } },
    { name = "trial-reader", version = "1.0-r0", depends = "trial-pager", size = 4096,
      files = { ["usr/bin/reader"] = text "reader" } },
    -- one alternative alone
    { name = "trial-solo", version = "1.0-r0", provides = "trial-virtual", size = 4096,
      files = { ["usr/bin/solo"] = text "solo" } },
    { name = "trial-solo-user", version = "1.0-r0", depends = "trial-virtual", size = 4096,
      files = { ["usr/bin/solo-user"] = text "user" } },
    -- what cannot be had
    { name = "trial-broken", version = "1.0-r0", depends = "trial-missing", size = 4096, files = {} },
    { name = "trial-picky", version = "1.0-r0", depends = "trial-base<1.0", size = 4096, files = {} },
    { name = "trial-hater", version = "1.0-r0", depends = "!trial-base", size = 4096,
      files = { ["usr/bin/hater"] = text "hater" } },
    { name = "trial-low", version = "1.0-r0", depends = "trial-lib<1.4", size = 4096, files = {} },
    -- what fails while it is done
    { name = "trial-badpost", version = "1.0-r0", size = 4096, files = { ["usr/bin/badpost"] = text "x" },
      scripts = { ["post-install"] = "echo from the script\necho to stderr >&2\nexit 3\n" } },
    { name = "trial-badpre", version = "1.0-r0", size = 4096, files = { ["usr/bin/badpre"] = text "x" },
      scripts = { ["pre-install"] = "exit 4\n" } },
    { name = "trial-slow", version = "1.0-r0", size = 4096, files = { ["usr/bin/slow"] = text "x" },
      -- until the test lets it end
      scripts = { ["post-install"] = "i=0; until [ -e /tmp/go ] || [ $i -ge 6000 ]; do sleep 0.1; i=$((i+1)); done\n" } },
    { name = "trial-thief", version = "1.0-r0", size = 4096,
      files = { ["usr/share/trial/base"] = text "stolen", ["usr/share/trial/own"] = text "own" } },
    { name = "trial-gone", version = "1.0-r0", size = 4096, files = { ["usr/bin/gone"] = text "x" } },
    { name = "trial-needs-gone", version = "1.0-r0", depends = "trial-gone", size = 4096,
      files = { ["usr/bin/needs-gone"] = text "x" } },
    -- what it leaves, and scripts
    { name = "trial-config", version = "1.0-r0", size = 4096,
      files = { ["etc/trial.conf"] = text "one", ["etc/trial.d/"] = { mode = 448 } } },
    { name = "trial-talk", version = "1.0-r0", size = 4096, files = { ["usr/bin/talk"] = text "x" },
      scripts = { ["pre-install"] = "echo pre $#:$1\n", ["post-install"] = "echo post $#:$1\n",
                  ["pre-deinstall"] = "echo pre-de $#:$1\n", ["post-deinstall"] = "echo post-de $#:$1\n" } },
    { name = "trial-trigger", version = "1.0-r0", size = 4096, triggers = "/usr/share/trial",
      files = { ["usr/bin/trigger"] = text "x" }, scripts = { trigger = "echo trigger $*\n" } },
    { name = "trial-meta", version = "1.0-r0", depends = "trial-base", size = 0, files = {} },
  },
  community = {
    { name = "trial-extra", version = "1.0-r0", depends = "trial-base", size = 4096,
      files = { ["usr/bin/extra"] = text "x" } },
  },
}

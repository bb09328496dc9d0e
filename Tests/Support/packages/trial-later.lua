-- The same repository some weeks later.
local function text(content) return content .. "\n" end

return {
  main = {
    { name = "trial-config", version = "1.1-r0", size = 4096,
      files = { ["etc/trial.conf"] = text "two", ["etc/trial.d/"] = { mode = 448 } } },
    { name = "trial-base", version = "1.1-r0", size = 4096, files = { ["usr/share/trial/base"] = text "newer" } },
    { name = "trial-app", version = "1.3-r0", depends = "trial-base>=1.1 trial-lib>=1.0", size = 2097152,
      files = { ["usr/bin/trial"] = { text = "#!/bin/sh\n: newer\n", mode = 493 } } },
  },
}

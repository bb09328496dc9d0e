--- A machine that somebody works on: containers without root, distrobox, a runtime directory.

---@type alpod.Plugin
return {
  api = 1,
  name = "workstation",
  summary = "Containers for somebody who works on the machine: rootless, distrobox",
  description = "It only requires others: a user without root, with a runtime directory from the boot on, and distrobox.",
  requires = {
    { "rootless", with = { user = "{user}", runtime_dir = "boot" } },
    { "distrobox", with = { user = "{user}" } },
    "diskless",
  },
  options = {
    user = { type = "string", required = true, help = "login name of the user" },
  },
  try = "su - {user} -c 'podman run --rm docker.io/library/alpine echo hello'",
}

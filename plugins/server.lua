--- A machine that serves: Podman for root, its storage, and its socket.

---@type alpod.Plugin
return {
  api = 1,
  name = "server",
  summary = "Podman for a machine that serves: storage, control groups, the API socket",
  description = "It only requires others, with root's API socket at boot; on a machine that runs from memory what was changed can be saved.",
  requires = {
    "install", "cgroups", "storage",
    { "socket", with = {} },
    "ports", "diskless",
  },
}

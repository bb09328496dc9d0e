--- A machine that serves: Podman for root, its storage, and its socket.

---@type alpod.Plugin
return {
  api = 1,
  name = "server",
  summary = "Podman for a machine that serves: storage, control groups, the API socket",
  requires = {
    "install", "cgroups", "storage",
    { "socket", with = {} },
    "ports", "diskless",
  },
}

/// How the shipped plugins are tried on the shipped simulated machines: one table for all tests that do.
public struct TriedUse: Sendable, CustomStringConvertible {
  public var plugin: String
  /// As behind `--set`.
  public var settings: [String]
  /// The simulated machines that it is tried on; nil for all of them.
  public var fixtures: Set<String>?

  public var description: String { ([plugin] + settings).joined(separator: " ") }

  /// The words of a command line.
  public var words: [String] { [plugin] + settings.flatMap { ["--set", $0] } }

  private init(_ plugin: String, _ settings: [String], on fixtures: Set<String>? = nil) {
    self.plugin = plugin
    self.settings = settings
    self.fixtures = fixtures
  }

  /// With the options that a plugin cannot do without, on every machine.
  public static let plain = [
    TriedUse("build", ["name=localhost/dev", "directory=/home/admin/dev", "user=admin"]),
    TriedUse("cgroups", []),
    TriedUse(
      "container",
      ["name=web", "image=docker.io/library/nginx:1.27", "ports=8080:80", "restart=always"]),
    TriedUse("diskless", ["paths=/home/admin"]),
    TriedUse("distrobox", ["user=admin"]),
    TriedUse("hello", ["user=admin", "root=true"]),
    TriedUse("install", []),
    TriedUse("ports", ["lowest=80"]),
    TriedUse("proxy", ["name=web", "upstream=127.0.0.1:8080"]),
    TriedUse("rootless", ["user=admin"]),
    TriedUse("server", []),
    TriedUse(
      "shared-dir",
      [
        "user=admin", "name=dev", "image=localhost/dev", "directory=/home/admin/dev", "uid=1000",
      ]),
    TriedUse("socket", ["user=admin"]),
    TriedUse("storage", []),
    TriedUse("workstation", ["user=admin"]),
  ]

  /// Other choices, on machines where they matter.
  public static let further = [
    TriedUse(
      "build",
      ["name=dev", "directory=/home/admin/dev", "arguments=who=me", "proxy=true"],
      on: ["podman-5", "alpine-3.20"]),
    TriedUse(
      "container",
      [
        "name=web", "image=docker.io/library/nginx:1.27", "user=admin", "volumes=/srv/www:/www:ro",
        "environment=MODE=plain", "secrets=TOKEN=/root/token", "userns=keep-id",
      ], on: ["alpine-3.20", "podman-4", "done"]),
    TriedUse("diskless", ["commit=true"], on: ["diskless", "alpine-3.20"]),
    TriedUse(
      "install", ["docker=true", "compose=true", "fuse_overlayfs=true"],
      on: ["alpine-3.20", "alpine-3.23", "podman-6"]),
    TriedUse(
      "install", ["runtime=runc", "allow_remove=crun", "allow_remove=yajl"],
      on: ["alpine-3.20", "podman-5"]),
    TriedUse("ports", [], on: ["alpine-3.20", "done"]),
    TriedUse(
      "proxy",
      [
        "name=web", "upstream=127.0.0.1:8080", "hosts=www.example.org",
        "certificate=/etc/ssl/web.pem", "key=/etc/ssl/web.key",
      ], on: ["alpine-3.20", "alpine-3.18"]),
    TriedUse(
      "rootless", ["user=admin", "runtime_dir=boot", "count=131072"],
      on: ["alpine-3.20", "messy", "done", "podman-4"]),
    TriedUse("rootless", ["user=admin", "runtime_dir=elogind"], on: ["alpine-3.20"]),
    TriedUse("rootless", ["user=admin", "runtime_dir=pam-rundir"], on: ["alpine-3.20"]),
    TriedUse("socket", [], on: ["alpine-3.20", "alpine-3.23", "podman-5"]),
    TriedUse(
      "storage", ["driver=vfs"], on: ["alpine-3.20", "btrfs-root", "podman-6", "stale-store"]),
    TriedUse(
      "storage", ["driver=overlay", "mount_program=fuse-overlayfs"],
      on: ["alpine-3.20", "podman-6", "in-container"]),
    TriedUse(
      "storage", ["rootless_path=$HOME/containers"], on: ["alpine-3.20", "podman-6"]),
  ]

  /// Why a simulated machine is right to refuse a plugin; nil where it is not. This is all of them.
  public func refusal(on fixture: String) -> String? {
    let runsStorage = plugin == "storage" || plugin == "server"
    if runsStorage && fixture == "stale-store" && !settings.contains("driver=vfs") {
      return "was begun with vfs"
    }
    if plugin == "ports" && settings.contains("lowest=80") && fixture == "minirootfs" {
      return "the kernel has no setting"
    }
    let servesSocket = plugin == "socket" || plugin == "server"
    if servesSocket && fixture == "minirootfs" { return "there is no OpenRC here" }
    return nil
  }
}

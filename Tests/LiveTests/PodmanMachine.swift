import Foundation
import MachineSupport
import Testing

/// A machine on which admin can start containers, with a directory to build an image from and a plugin that makes a
/// container of it.
struct PodmanMachine {
  let laboratory: Laboratory

  static func with<T>(_ body: (Self) throws -> T) throws -> T {
    try Laboratory.with { machine in
      let ending = try machine.script(
        "alpod run rootless --user admin --yes >/dev/null 2>&1 || exit 9")
      #expect(ending.status == 0, "\(ending.errors)")
      try machine.write(
        """
        return { api = 1, name = "web", summary = "An image and a container",
          options = { label = { type = "string", default = "one", help = "a label" } },
          needs = { podman = { "build", "run" }, read = { "/srv/image", "/srv/image/**" } },
          setup = function(host, opt)
            host.image.build{ name = "localhost/tiny:latest", directory = "/srv/image", user = "admin" }
            host.container.run{ name = "web", image = "localhost/tiny:latest", user = "admin",
              labels = { which = opt.label }, command = { "/bin/busybox", "sleep", "86400" } }
          end }
        """, to: "root/web.lua")
      try machine.write(
        "FROM scratch\nCOPY busybox /bin/busybox\nSTOPSIGNAL SIGKILL\n",
        to: "srv/image/Containerfile")
      try machine.write(
        """
        [containers]
        cgroups = "disabled"
        default_ulimits = ["nproc=1024:1024", "nofile=1024:1024"]
        netns = "none"

        """, to: "home/admin/.config/containers/containers.conf")
      return try body(Self(laboratory: machine))
    }
  }

  /// Runs a shell script that has `pids NAME` of processes, `mine WORDS` for admin's podman, and `shown TITLE`, which says
  /// what containers run and what images there are.
  func script(_ text: String) throws -> Laboratory.Ending {
    try laboratory.script(
      """
      mount --make-rshared /
      mkdir -p /run/user/1000 && chown admin:admin /run/user/1000 && chmod 700 /run/user/1000
      cp /run/busybox /srv/image/busybox
      chown -R admin:admin /home/admin
      pids() {
        for p in /proc/[0-9]*; do
          if [ "$(cat $p/comm 2>/dev/null)" = "$1" ]; then echo ${p#/proc/}; fi
        done
      }
      mine() { su - admin -c "XDG_RUNTIME_DIR=/run/user/1000 podman $*"; }
      shown() {
        echo "$1: $(mine ps --format '{{.Names}}={{.Labels.which}}' | tr '\\n' ' ')/ $(mine images --format '{{.Repository}}' | sort | tr '\\n' ' ')"
      }
      """ + "\n" + text)
  }
}

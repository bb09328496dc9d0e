import MachineSupport
import Testing

/// The machines that tests work on.
@Suite(.enabled(if: Laboratory.canRun, "needs root, podman, crun, openrc and uidmap"))
struct LaboratoryTests {
  @Test func `a kept machine is not copied while another checkout may remove it`() throws {
    try Laboratory.with { machine in
      let ending = try Laboratory.execute(
        "/bin/sh",
        [
          "-c",
          """
          lock=${ALPOD_TEST_CACHE:-${TMPDIR:-/tmp}/alpod-machines}/lock
          exec 9>>"$lock"; flock 9
          "$1" "$2" 9>&- & made=$!
          waits() { grep -q -- "-> FLOCK .*:$(stat -c %i "$lock") " /proc/locks; }
          until waits || [ -e "$2/sbin/apk" ]; do sleep 0.05; done
          echo "meanwhile: $(ls -A "$2" | wc -l)"
          exec 9>&-
          wait $made; echo "made: $?"
          """, "sh", Laboratory.support.appending(path: "root").path,
          machine.directory.path + "/srv/another",
        ])
      #expect(ending.output == "meanwhile: 0\nmade: 0\n", "\(ending.errors)")
    }
  }
}

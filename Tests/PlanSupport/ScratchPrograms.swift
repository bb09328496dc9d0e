import Foundation
import Kernel

/// Programs on a scratch root, which stand in for the machine's and note what they are told.
extension ScratchRoot {
  /// Programs run in the root by chroot, and their shell is a static one.
  public static var canRunPrograms: Bool {
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/bin/busybox")
  }

  private static let notes: MachinePath = "/calls"

  /// Makes a program of a shell script. Each call is noted: a word in brackets, one call a line.
  public func program(_ name: String, _ script: String = "") throws {
    if try state("/bin/sh") == .absent {
      try makeDirectory("/bin")
      try install("/bin/busybox", as: "/bin/busybox")
      try link("/bin/sh", to: "busybox")
      try makeDirectory("/tmp", mode: 0o1777)
      try write(Self.notes, "", mode: 0o666)
    }
    let text = """
      #!/bin/sh
      for word in "$@"; do printf '<%s>' "$word" >>/calls; done
      echo >>/calls
      \(script)

      """
    try makeDirectory("/usr/bin")
    try write("/program", text)
    try install(place("/program"), as: MachinePath("/usr/bin").appending(name))
  }

  /// Another process writes it: a file that this one holds open, if only in a child that is yet to become its program,
  /// cannot be started.
  private func install(_ source: String, as path: MachinePath) throws {
    let result = try ToolRunner(try Root("/")).run(
      Command("/usr/bin/install", ["-m", "755", source, place(path)]))
    guard result.succeeded else { throw ProgramFailure(text: result.errorText) }
  }

  private struct ProgramFailure: Error { var text: String }

  /// What the programs were told so far.
  public func calls() throws -> [String] {
    try (text(Self.notes) ?? "").split(separator: "\n").map(String.init)
  }
}

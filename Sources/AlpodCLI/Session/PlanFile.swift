internal import Changes
internal import Glibc
internal import Kernel
internal import Planning
internal import SystemPackage

/// A plan's file on the side of whoever runs alpod.
struct PlanFile {
  /// A file of 64 MiB is the largest that is read of a machine, and JSON may make six bytes of each of its bytes.
  private static let mostBytes = 6 * 64 << 20

  private let shown: String
  private let path: MachinePath
  private let here: Root

  init(_ path: String) throws(CommandFailure) {
    shown = path
    self.path = try MachinePath.given(path)
    here = try Session.hostRoot()
  }

  /// Writes it, readable for nobody else: what is in a machine's files may be nobody else's business.
  func write(_ plan: SavedPlan) throws(CommandFailure) {
    let content: [UInt8]
    do throws(JournalFailure) { content = try plan.encoded() } catch {
      throw CommandFailure(status: .failed, message: "the plan cannot be written: \(error)")
    }
    guard content.count <= Self.mostBytes else {
      throw CommandFailure(
        status: .failed,
        message:
          "the plan is not saved: it would have \(content.count >> 20) MiB, and apply reads no more than \(Self.mostBytes >> 20)",
        hint: "alpod run shows the same plan, and asks before it carries it out")
    }
    try OutputFile.write(content, to: shown, mode: 0o600, in: here)
  }

  /// Where nobody else has a hand in it. The file itself cannot be made one's own: whoever has it open goes on writing to
  /// it, and its path may lead elsewhere by then.
  private var copy: String {
    var home = "/root"
    if geteuid() != 0 { home = getenv("HOME").map { String(cString: $0) } ?? "." }
    let name = path.name.hasSuffix(".plan") ? String(path.name) : path.name + ".plan"
    return (home == "/" ? "" : home) + "/" + (home == path.parent.text ? "copy-of-" : "") + name
  }

  /// - Parameter digest: what `--sha256` says the file must be.
  func read(digest: String?) throws(CommandFailure) -> SavedPlan {
    let content: [UInt8]
    do throws(Errno) {
      guard let found = try here.readTrusted(path, limit: Self.mostBytes) else {
        throw .noSuchFileOrDirectory
      }
      content = found
    } catch {
      guard error != .notPermitted else {
        if let kind = (try? here.statusFollowingLinks(path))??.kind, kind != .file {
          throw CommandFailure(status: .usage, message: "\(shown) is no file that a plan is in")
        }
        throw CommandFailure(
          status: .notPermitted,
          message:
            "\(shown) belongs to somebody else, or others may write it: whoever does would decide what is changed",
          hint:
            "take a copy of your own, look at that, and apply that: \(Command("install", ["-m", "600", path.text, copy]))"
        )
      }
      throw CommandFailure(
        status: error == .permissionDenied ? .notPermitted : .usage,
        message: "\(shown) cannot be read: \(error)")
    }
    if let digest {
      let found = Digest.sha256(content)
      guard digest.lowercased() == found else {
        throw CommandFailure(
          status: .broken, message: "\(shown) is not the file that --sha256 names: it has \(found)")
      }
    }
    do throws(SavedPlanFailure) { return try SavedPlan(content) } catch {
      throw CommandFailure(status: .broken, message: "\(shown): \(error)")
    }
  }
}

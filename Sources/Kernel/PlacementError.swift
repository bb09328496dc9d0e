internal import Glibc
public import SystemPackage

/// Why a path could not be given its new state.
public enum PlacementError: Error, Sendable, CustomStringConvertible {
  /// A system call failed.
  case failed(MachinePath, operation: String, Errno)
  /// Somebody changed the path between the plan and now.
  case changedMeanwhile(MachinePath, expected: PathState, found: PathState)
  /// What somebody wrote between the plan and now came out, and could not be put back: the path has its new state.
  case notPutBack(MachinePath, kept: MachinePath, Errno)
  /// The path leads through a symbolic link that another user could have put there.
  case untrustedLink(MachinePath, link: MachinePath)
  /// More links than the kernel itself would follow.
  case tooManyLinks(MachinePath)
  /// Something that alpod does not replace: a directory where a file should be, a device …
  case notReplaceable(MachinePath, found: PathState)

  /// What it is about.
  public var path: MachinePath {
    switch self {
    case .failed(let path, _, _), .changedMeanwhile(let path, _, _), .notPutBack(let path, _, _),
      .untrustedLink(let path, _), .tooManyLinks(let path), .notReplaceable(let path, _):
      path
    }
  }

  /// What may be behind it that root meets: an attribute of the file (chattr(1)), or a mount upon it (rename(2)).
  private static func advice(_ number: Errno) -> String {
    switch number {
    case .notPermitted where geteuid() == 0:
      "; lsattr shows whether it is immutable, and chattr -i takes that away"
    case .resourceBusy: "; something may be mounted there, which umount takes away"
    default: ""
    }
  }

  public var description: String {
    switch self {
    case .failed(let path, let operation, let number):
      "\(path): cannot \(operation): \(number)\(Self.advice(number))"
    case .changedMeanwhile(let path, let expected, let found):
      "\(path) was changed by somebody else since the plan: it was \(expected.summary), now it is \(found.summary)"
    case .notPutBack(let path, let kept, let number):
      "\(path): cannot put back what somebody wrote meanwhile, which is kept in \(kept): \(number)"
    case .untrustedLink(let path, let link):
      "\(path): \(link) is a symbolic link in a directory that another user can write, and is not followed"
    case .tooManyLinks(let path): "\(path): too many symbolic links"
    case .notReplaceable(let path, let found):
      "\(path) is \(found.summary), which alpod does not replace"
    }
  }
}

internal import Kernel
internal import SystemPackage

/// A plugin's directory as a whole: whoever agrees to it agrees to everything in it.
struct PluginDirectory {
  private let folder: MachinePath
  private let root: Root
  private let title: String

  init(_ folder: MachinePath, in root: Root, title: String) {
    self.folder = folder
    self.root = root
    self.title = title
  }

  /// What a directory may hold at most, so that a wrong one is not read through for minutes.
  private static let most = (files: 1000, depth: 8, bytes: 16 << 20)

  /// SHA-256 of each file below it, by its path in the directory. Git's own directory is no part of the plugin.
  func digests(except known: [String]) throws(LoadFailure) -> [String: String] {
    var found: [String: String] = [:]
    var open: [(path: MachinePath, name: String, depth: Int)] = [(folder, "", 0)]
    while let directory = open.popLast() {
      guard directory.depth <= Self.most.depth else {
        throw fault("\(directory.name) is more than \(Self.most.depth) directories deep")
      }
      let entries: [String]
      do throws(Errno) { entries = try root.list(directory.path) ?? [] } catch {
        throw fault("\(directory.name.isEmpty ? "it" : directory.name) cannot be listed: \(error)")
      }
      for entry in entries where !(directory.depth == 0 && entry == ".git") {
        let path = directory.path.appending(entry)
        let name = directory.name.isEmpty ? entry : "\(directory.name)/\(entry)"
        if known.contains(name) { continue }
        do throws(Errno) {
          switch try root.status(path)?.kind {
          case .directory: open.append((path, name, directory.depth + 1))
          case nil: break
          // A link, a device or a pipe is refused here.
          default:
            let content = try root.read(path, limit: Self.most.bytes, links: .refused)
            found[name] = Digest.sha256(content ?? [])
          }
        } catch {
          throw fault("\(name) cannot be read: \(error)")
        }
        guard found.count + open.count <= Self.most.files else {
          throw fault("it holds more than \(Self.most.files) files")
        }
      }
    }
    return found
  }

  private func fault(_ text: String) -> LoadFailure {
    LoadFailure(
      .broken, "\(title) is no plugin's directory: \(text)",
      hint: "all of it is looked at and agreed to as one: keep nothing else in it")
  }
}

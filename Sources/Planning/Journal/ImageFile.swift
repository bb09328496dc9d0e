internal import Kernel
internal import SystemPackage
internal import Synchronization

/// For whoever asks what runs did, and not what was in the files: that may be hundreds of MiB.
final class NoImages: ImageStore, Sendable {
  func store(_ content: [UInt8]) -> ImageReference {
    ImageReference(offset: 0, length: 0, checksum: CRC32.of([]))
  }

  func load(_ reference: ImageReference) -> [UInt8] { [] }
}

/// The contents that a journal's records speak of, one behind the other in a file.
final class ImageFile: ImageStore, Sendable {
  // An encoder takes nothing that is not Sendable, though it never leaves its thread.
  private let file: Mutex<StateFile>

  init(_ file: sending StateFile) { self.file = Mutex(file) }

  var size: Int { file.withLock { $0.size } }

  func store(_ content: [UInt8]) throws -> ImageReference {
    try file.withLock { file in
      let reference = ImageReference(
        offset: file.size, length: content.count, checksum: CRC32.of(content))
      do { try file.append(content) } catch {
        throw JournalFailure.failed(file.path, "\(error)")
      }
      return reference
    }
  }

  func load(_ reference: ImageReference) throws -> [UInt8] {
    try file.withLock { file in
      let content: [UInt8]
      do throws(Errno) {
        content = try file.read(at: reference.offset, length: reference.length)
      } catch {
        throw JournalFailure.failed(
          file.path,
          error == .invalidArgument
            ? "it ends before the content at byte \(reference.offset)" : "\(error)")
      }
      guard CRC32.of(content) == reference.checksum else {
        throw JournalFailure.failed(
          file.path,
          "the content at byte \(reference.offset) is damaged (its checksum does not match)")
      }
      return content
    }
  }

  func synchronize() throws {
    try file.withLock { file in
      do { try file.synchronize() } catch {
        throw JournalFailure.failed(file.path, "\(error)")
      }
    }
  }
}

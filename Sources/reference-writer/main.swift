import AuthorKit
import Foundation

// Writes the pages and types of docs/reference into a directory, and takes away those that no longer are; `make reference`.
guard CommandLine.arguments.count == 2, let directory = CommandLine.arguments.last else {
  print("usage: reference-writer DIRECTORY")
  exit(64)
}
do {
  let place = URL(filePath: directory, directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
  let pages = Reference.pages
  for old in try FileManager.default.contentsOfDirectory(atPath: directory)
  where old.hasSuffix(".md") && !pages.contains(where: { $0.name == old }) {
    try FileManager.default.removeItem(at: place.appending(path: old))
  }
  try EditorTypes.text.write(
    to: place.appending(path: "host.lua"), atomically: true, encoding: .utf8)
  for page in pages {
    try page.text.write(to: place.appending(path: page.name), atomically: true, encoding: .utf8)
  }
} catch {
  print("reference-writer: \(error)")
  exit(1)
}

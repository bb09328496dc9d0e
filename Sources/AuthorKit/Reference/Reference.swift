internal import Primitives

/// docs/reference: what stands in the description of the calls, for reading. A page for each noun, and a list of them.
public enum Reference {
  public struct Page: Sendable, Hashable {
    /// In docs/reference: "apk.md".
    public var name: String
    public var text: String
  }

  public static var pages: [Page] {
    [Page(name: "README.md", text: ReferenceIndex.text)]
      + HostAPI.nouns.map { Page(name: "\($0.name).md", text: ReferencePage($0).text) }
  }

  /// The first line of every page.
  static let notice =
    "<!-- Written by `make reference` from the description of the calls in Sources/Primitives. -->\n"
}

import Machines
import Testing

/// Versions in the order that apk has for them.
@Suite struct PackageVersionTests {
  /// From the oldest to the newest.
  private static let ascending = [
    "0.9", "0.48_alpha", "0.48_alpha1", "0.48_alpha2", "0.48_alpha10", "0.48_beta", "0.48_pre1",
    "0.48_rc1", "0.48_rc2", "0.48_rc10", "0.48", "0.48-r0", "0.48-r1", "0.48-r9", "0.48-r10",
    "0.48_cvs1", "0.48_svn1", "0.48_git20240101", "0.48_hg1", "0.48_p1", "0.48_p1-r1", "0.48_p2",
    "0.48_p10", "0.48a", "0.48b-r0", "0.48b-r1", "0.48c", "0.48.0", "0.48.1", "0.48.1.1", "0.48.2",
    "0.48.10", "0.51", "0.52", "0.60", "0.100", "1.0_rc1", "1.0_rc1_p1", "1.0_rc2", "1.0",
    "1.0~abc", "1.0~abd", "1.01", "1.012", "1.02", "1.1", "1.2", "3.20.3", "3.23.0_alpha20250612",
    "3.23.0", "20240101.120000", "99999999999999999999999999",
  ]

  @Test func `every version is later than all before it`() {
    let versions = Self.ascending.map(PackageVersion.init)
    for (index, version) in versions.enumerated() {
      for earlier in versions[..<index] {
        #expect(earlier < version, "\(earlier) is before \(version)")
        #expect(!(version < earlier), "\(version) is not before \(earlier)")
        #expect(earlier != version)
      }
      #expect(version == PackageVersion(version.description))
      #expect(version <= version && version >= version)
    }
  }

  @Test(arguments: [
    ("0.48_rc1", "0.48"), ("0.54_rc2-r5", "0.55"), ("1.0_p1", "1.0_p1_p1"), ("1_alpha", "1_p1"),
    ("1.0_rc1-r3", "1.0-r0"), ("1.06-r6", "6"),
  ])
  func `one is before the other`(_ one: String, _ other: String) {
    #expect(PackageVersion(one) < PackageVersion(other))
    #expect(PackageVersion(other) > PackageVersion(one))
  }

  /// What apk would not take for a version is still put into some order, the same one each time.
  @Test(arguments: [
    "", "-r1", "edge", "1.0bc", "1.0_foo", "1.0-", "1.0-rx", "1..2", "1.0-r1-r2", "é", "1.0 ",
    "1.0\r", "_rc1",
  ])
  func `what is no version is compared all the same`(_ text: String) {
    let odd = PackageVersion(text)
    #expect(odd == odd)
    #expect(!(odd < odd))
    #expect(odd.description == text)
    for sound in Self.ascending.map(PackageVersion.init) {
      #expect([odd < sound, odd == sound, sound < odd].count { $0 } == 1)
    }
  }
}

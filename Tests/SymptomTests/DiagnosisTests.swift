import Foundation
import Kernel
import Machines
import Planning
import PluginKit
import Testing

/// The broken machine has its one finding, its healthy twin none, and what the finding says puts it right.
@Suite struct DiagnosisTests {
  @Test(arguments: Breakage.all)
  func `just what is wrong is found`(_ broken: Breakage) throws {
    let clinic = try Clinic(broken)
    #expect(try clinic.findings().map(\.text) == [], "the healthy twin")
    try broken.make(clinic)
    let findings = try clinic.findings()
    #expect(
      findings.map(\.symptom) == [broken.symptom],
      "\(findings.map { "\($0.instance): \($0.text) \($0.place ?? "")" })")
    let found = try #require(findings.first)
    #expect(found.outcome == (broken.isNote ? .note : .failed))
    #expect(found.place?.isEmpty == false && found.cause?.isEmpty == false)
    #expect(found.hint?.isEmpty == false && found.hint?.contains("{") == false)
  }

  @Test func `every symptom shows on a machine, but for other words for one that does`() throws {
    let all = try Symptom.all(ScriptStarter(isPinned: false)).map(\.id)
    let found = Set(Breakage.all.map(\.symptom))
    #expect(Set(all.filter { !found.contains($0) }) == Self.elsewhere)
  }

  /// `no-cgroup` is what the runtime says of `no-cgroup2`; `pasta-failed` stands above `no-tun` and `low-port` in a log.
  private static let elsewhere: Set<String> = ["no-cgroup", "pasta-failed"]

  @Test func `a container of distrobox that was ready in the end is fine`() throws {
    let clinic = try Clinic("done")
    try Breakage.mended(clinic)
    #expect(try clinic.findings().map(\.text) == [])
  }

  @Test func `from Podman 4.3 on there is nothing wrong with ids to keep`() throws {
    let clinic = try Clinic("done")
    try clinic.write(
      "[containers]\nuserns = \"keep-id:uid=1000,gid=1000\"\n",
      to: "/etc/containers/containers.conf")
    #expect(try clinic.findings().map(\.text) == [])
  }

  /// What nobody can do to a machine by files: start it anew, or do without limits.
  private static let beyond: Set<String> = ["no-openrc", "no-limits"]

  @Test(arguments: Breakage.all.filter { !beyond.contains($0.symptom) })
  func `what the finding says puts it right`(_ broken: Breakage) throws {
    let clinic = try Clinic(broken)
    try broken.make(clinic)
    // What is wrong in two files is told of one after the other.
    for _ in 1...2 { try follow(try clinic.findings(), clinic) }
    #expect(try clinic.findings().map(\.text) == [])
  }

  private func follow(_ findings: [CheckResult], _ clinic: Clinic) throws {
    for finding in findings {
      // Of two ways that are named, the last is the one for what can no longer be had.
      let advice = try #require(finding.hint).components(separatedBy: "can no longer be had: ")
      if let last = advice.last, last.hasPrefix("apk del ") {
        try clinic.edit(World.path) {
          $0.replacing("\(last.dropFirst("apk del ".count))\n", with: "")
        }
      } else {
        try clinic.follow(advice[0])
      }
    }
  }
}

import Changes
import Planning
import Primitives
import Testing

@Suite struct AllowedLossesTests {
  private func drafted(_ target: String, loses: [String]) -> DraftedChange {
    DraftedChange(
      instance: "storage", position: .init(file: "storage.lua", line: 7),
      change: SpyChange(target, reversal: .loses(loses)))
  }

  @Test func `what loses nothing needs no leave`() {
    let change = DraftedChange(instance: "a", position: nil, change: SpyChange("one"))
    #expect(AllowedLosses().refusal(of: [change]) == nil)
  }

  @Test func `a loss is refused until its target is named`() {
    let changes = [
      drafted("admin's storage", loses: ["3 images", "1 volume"]), drafted("other", loses: ["x"]),
    ]
    let refusal = AllowedLosses(["other"]).refusal(of: changes)
    #expect(refusal?.kind == .losesData)
    #expect(
      refusal?.message
        == "nothing done: storage.lua:7 would lose data for good: 3 images; 1 volume")
    #expect(
      refusal?.hint == "if that is meant, add --allow-loss 'admin'\\''s storage'")
    #expect(AllowedLosses(["other", "admin's storage"]).refusal(of: changes) == nil)
  }

  @Test func `the gravest that holds is the label`() {
    let all = Reversal(leaves: ["a"], disturbs: ["b"], loses: ["c"])
    #expect(all.label == "loses data")
    #expect(all.details.map(\.label) == ["loses data", "disturbs", "leaves residue"])
    #expect(Reversal(leaves: ["a"], disturbs: ["b"]).label == "disturbs")
    #expect(Reversal.exact.label == "exact" && Reversal.leaves([]) == .exact)
  }
}

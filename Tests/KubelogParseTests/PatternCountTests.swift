import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// What a search for a pattern counts is what the rules count: the sum over a store's rows is what grep would say.
@Suite struct PatternCountTests {
  /// Every sample of the packs for kubelet journals.
  private static let samples: [(line: String, component: RulePack.Component)] = {
    let packs = (try? RulePack.builtIn())?.filter { $0.component == .klog || $0.component == .systemd } ?? []
    return packs.flatMap { pack in
      pack.rules.flatMap { ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }.map { ($0, pack.component) }
    }
  }()

  @Test(arguments: journalPatterns.map(\.pattern))
  func everyLineThatASearchFindsIsAnEvent(_ text: String) throws {
    let kinds = try #require(journalPatterns.first { $0.pattern == text }).kinds
    let pattern = try Pattern(text)
    let check = RuleCheck(try RulePack.builtIn())
    var found = 0
    for sample in Self.samples where sample.line.bytes({ pattern.match($0, in: 0..<$0.count) }) == .matched {
      found += 1
      let kind = check.match(sample.line, sample.component)?.rule.kind
      #expect(kind.map { kinds.contains($0) } == true, "\(kind ?? "nothing"): \(sample.line)")
    }
    #expect(found > 0)
  }
}

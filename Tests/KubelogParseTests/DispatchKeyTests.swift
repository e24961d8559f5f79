import Testing

@testable import KubelogParse

/// Each word that leads to a rule is needed: without it a sample of that rule is not found any longer, which
/// ``TwinTests`` would see. A word that no printed line needs is one too many.
@Suite struct DispatchKeyTests {
  /// What is told of a line.
  private struct Told: Equatable {
    var rule: String
    var attributes: [Attribute]
    var problem: String?
    var message: String

    init?(_ match: RuleSet.Match?) {
      guard let match else { return nil }
      (rule, attributes, problem) = (match.rule.id, match.attributes, match.problem)
      message = match.message
    }
  }

  /// The ways to a rule, each with the words of the rule that lead there.
  ///
  /// Where there is only one text that a rule needs, the rule without it asks for less: it spares the pattern lines, and leads
  /// nowhere.
  private static var ways: [(name: String, words: WritableKeyPath<RulePack.Rule, [String]?>, least: Int)] {
    [("messages", \.messages, 1), ("sources", \.sources, 1), ("contains", \.contains, 1), ("needs", \.needs, 2)]
  }

  @Test(arguments: try RulePackTests.cases) func everyWayToARuleIsNeeded(_ item: RulePackTests.Case) throws {
    let component = item.pack.component
    let packs = try RulePack.builtIn().filter { $0.component == component || $0.component == .failure }
    let place = try #require(packs.firstIndex { $0.pack == item.pack.pack })
    let row = try #require(packs[place].rules.firstIndex { $0.id == item.rule.id })
    let lines = (item.rule.hits ?? []).map(\.line)
    let slow = RuleCheck(packs, SlowRules(packs))
    let expected = lines.map { Told(slow.match($0, component)) }
    for (name, words, least) in Self.ways {
      let all = item.rule[keyPath: words] ?? []
      guard all.count >= least else { continue }
      for (index, word) in all.enumerated() {
        var fewer = packs
        fewer[place].rules[row][keyPath: words]?.remove(at: index)
        let fast = RuleCheck(fewer)
        let isMissed = zip(lines, expected).contains { Told(fast.match($0, component)) != $1 }
        #expect(isMissed, "\(name): no hit is found by '\(word)' alone")
      }
    }
  }
}

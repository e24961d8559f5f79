import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct RulePackTests {
  /// One rule with the pack it is in.
  struct Case: CustomTestStringConvertible {
    var pack: RulePack
    var rule: RulePack.Rule
    var testDescription: String { rule.id }
  }

  static var cases: [Case] {
    get throws { try RulePack.builtIn().flatMap { pack in pack.rules.map { Case(pack: pack, rule: $0) } } }
  }

  @Test func everyPackDecodes() throws {
    let packs = try RulePack.builtIn()
    #expect(packs.map(\.pack) == packs.map(\.pack).sorted())
    #expect(
      packs.map(\.pack)
        == [
          "answers", "control-plane", "etcd", "failures", "kubelet", "load-balancer", "problems", "runtime", "steps",
          "systemd", "typed",
        ])
    #expect(packs.allSatisfy { !$0.rules.isEmpty || !$0.problems.isEmpty })
  }

  /// What reads logs goes by the packs without their samples, which are taken out of the text before it is decoded.
  @Test func withoutSamplesNothingElseIsMissing() throws {
    let whole = try RulePack.builtIn().map { pack in
      var pack = pack
      for index in pack.rules.indices { (pack.rules[index].hits, pack.rules[index].misses) = (nil, nil) }
      return "\(pack)"
    }
    #expect(try RulePack.builtIn(withSamples: false).map { "\($0)" } == whole)
    let text = "{hits: [1], a: 'hits: [2]', // misses: [3]\n misses : [['}', \"]\"], 4] , b: [5], nohits: [6]}"
    #expect(RulePack.samplesLeftOut(text) == "{ a: 'hits: [2]', // misses: [3]\n  b: [5], nohits: [6]}")
  }

  @Test func idsAreUniqueOverAllPacks() throws {
    let ids = try Self.cases.map(\.rule.id)
    let twice = Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice == [])
  }

  @Test(arguments: try cases)
  func ruleIsWellFormed(_ item: Case) throws {
    #expect(RuleCheck.faults(item.rule, item.pack.component) == [])
    #expect(!(item.rule.hits ?? []).isEmpty, "no sample shows what it is for")
    #expect(!(item.rule.misses ?? []).isEmpty, "no sample shows where it ends")
  }

  @Test(arguments: try cases)
  func hitsMatchTheirOwnRuleAndNoOther(_ item: Case) throws {
    let all = RuleCheck(try RulePack.builtIn())
    for hit in item.rule.hits ?? [] {
      let found = try #require(all.match(hit.line, item.pack.component), "\(hit.line)")
      #expect(found.rule.id == item.rule.id, "\(hit.line)")
      #expect(found.rule.kind == item.rule.kind)
      let texts = RuleCheck.texts(found)
      #expect(texts == hit.attributes ?? [:], "\(hit.line)")
      #expect(!found.message.isEmpty && !found.message.contains("{"), "\(found.message)")
    }
    #expect(all.ruleSet.limits.isEmpty)
  }

  /// What a rule must leave to others may be another rule's, even one that stands before it.
  @Test(arguments: try cases)
  func missesDoNotMatch(_ item: Case) throws {
    let all = RuleCheck(try RulePack.builtIn())
    for miss in item.rule.misses ?? [] {
      #expect(all.match(miss, item.pack.component)?.rule.id != item.rule.id, "\(miss)")
    }
  }

  /// A miss that is no klog line at all would miss everything.
  @Test(arguments: try cases.filter { $0.pack.component == .klog })
  func samplesAreKlogLines(_ item: Case) {
    for sample in (item.rule.hits ?? []).map(\.line) + (item.rule.misses ?? []) {
      #expect(sample.bytes { KlogHeader($0, 0..<$0.count) != nil }, "\(sample)")
    }
  }
}

@Suite struct RuleSetTests {
  private func rules(_ rules: [RulePack.Rule], _ component: RulePack.Component = .klog) -> RuleSet {
    RuleSet([RulePack(pack: "test", component: component, rules: rules)])
  }

  private func match(_ set: RuleSet, _ message: String, file: String = "kubelet.go") -> RuleSet.Match? {
    "I1123 14:36:16.123456     506 \(file):74] \(message)".bytes { line in
      KlogHeader(line, 0..<line.count).flatMap { set.match(klog: $0, line) }
    }
  }

  @Test func firstRuleThatMatchesDecides() {
    let set = rules([
      RulePack.Rule(id: "special", kind: "a.b", messages: ["Starting kubelet"], pattern: "fast"),
      RulePack.Rule(id: "general", kind: "a.c", messages: ["Starting"]),
    ])
    #expect(match(set, "Starting kubelet fast")?.rule.id == "special")
    #expect(match(set, "\"Starting kubelet\"")?.rule.id == "general")
    #expect(match(set, "Starting")?.rule.id == "general")
    #expect(match(set, "Startin") == nil)
    #expect(match(set, "") == nil)
  }

  @Test func sourceFilesLeadToRulesWithoutWords() {
    let set = rules([RulePack.Rule(id: "lease", kind: "a.b", sources: ["controller.go"], pattern: "^failed")])
    #expect(match(set, "failed", file: "controller.go")?.rule.id == "lease")
    #expect(match(set, "failed", file: "kubelet.go") == nil)
    #expect(match(set, "worked", file: "controller.go") == nil)
  }

  @Test func textsThatARuleNeedsHaveToStandInTheLine() {
    let set = rules([
      RulePack.Rule(
        id: "x", kind: "a.b", messages: ["Probe failed"], needs: ["etcd-", "kube-apiserver-"],
        pattern: "pod=(?<pod>\\S+)")
    ])
    #expect(match(set, "\"Probe failed\" pod=etcd-cp1")?.node == nil)
    #expect(match(set, "\"Probe failed\" pod=etcd-cp1")?.attributes == [Attribute("pod", .text("etcd-cp1"))])
    #expect(match(set, "\"Probe failed\" pod=kube-apiserver-cp1") != nil)
    #expect(match(set, "\"Probe failed\" pod=coredns-7") == nil)
    #expect(match(set, "\"Probe failed\" pod=etcd") == nil)
  }

  @Test func whatIsSaidAgainIsFoundAgain() {
    let set = rules([
      RulePack.Rule(id: "x", kind: "a.b", messages: ["Error syncing"], pattern: "pod=(?<subject>\\S+)", repeats: true)
    ])
    let first = match(set, "Error syncing pod=a")
    #expect(first?.subject == "a")
    #expect(match(set, "Error syncing pod=a") === first)
    #expect(match(set, "Error syncing pod=b")?.subject == "b")
    #expect(match(set, "Error syncing pod=a", file: "other.go") !== first)
    #expect(match(set, "Error syncing nothing") == nil)
    #expect(match(set, "Error syncing nothing") == nil)
  }

  @Test func groupsBecomeAttributesWithoutSecrets() {
    let set = rules([
      RulePack.Rule(
        id: "x", kind: "a.b", messages: ["bootstrap"], pattern: "token=(?<token>\\S+)(?: node=(?<node>\\S+))?",
        message: "used {token} on {node}")
    ])
    let found = match(set, "bootstrap token=\(Sample.token) node=w1")
    #expect(
      found?.attributes == [Attribute("token", .text("m4449q.****************")), Attribute("node", .text("w1"))])
    #expect(found?.node == "w1")
    #expect(found?.message == "used m4449q.**************** on w1")
    #expect(match(set, "bootstrap token=\(Sample.token)")?.message == "used m4449q.**************** on")
  }

  @Test func sentenceOfAStructuredLineIsItsMessageAndError() {
    let set = rules([RulePack.Rule(id: "x", kind: "a.b", messages: ["Failed to run"])])
    #expect(
      match(set, #""Failed to run kubelet" err="no \"x\" here" node="w1""#)?.message
        == #"Failed to run kubelet: no "x" here"#)
    #expect(match(set, #""Failed to run kubelet" node="w1""#)?.message == "Failed to run kubelet")
    #expect(
      match(set, #""Failed to run kubelet\n" err="one:\n\ttwo \\ \u2318\n\nthree" node="w1""#)?.message
        == #"Failed to run kubelet: one: two \ ⌘ three"#)
    #expect(match(set, #""Failed to run kubelet" err="cut"#)?.message == "Failed to run kubelet: cut")
    #expect(
      match(set, #""Failed to run" err="token \"\#(Sample.token)\" is old""#)?.message
        == #"Failed to run: token "m4449q.****************" is old"#)
    #expect(match(set, "Failed to run kubelet")?.message == "Failed to run kubelet")
    #expect(match(set, "Failed to run \(Sample.token)")?.message == "Failed to run m4449q.****************")
  }

  @Test(
    arguments: [
      ("a {x} b", "a 1 b"), ("{x}", "1"), ("failed: {y}", "failed"), ("on {y} now", "on now"), ("plain", "plain"),
      ("{x}{x}", "11"), ("", ""), ("open {x", "open {x"),
    ])
  func templates(text: String, expected: String) {
    #expect(Template(text).fill([Attribute("x", .text("1"))]) == expected)
  }
}

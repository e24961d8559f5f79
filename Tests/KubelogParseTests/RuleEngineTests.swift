import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// What the engine does beyond one rule on one line.
@Suite struct RuleEngineTests {
  private func rules(_ rules: [RulePack.Rule], _ component: RulePack.Component = .klog) -> RuleSet {
    RuleSet([RulePack(pack: "test", component: component, rules: rules)])
  }

  private func match(_ set: RuleSet, _ message: String, letter: String = "E") -> RuleSet.Match? {
    "\(letter)1123 14:36:16.123456     506 proxier.go:74] \(message)".bytes { line in
      KlogHeader(line, 0..<line.count).flatMap { set.match(klog: $0, line) }
    }
  }

  @Test func textsAnywhereAreLookedForInBadLinesOnly() {
    let set = rules([
      RulePack.Rule(id: "expired", kind: "a.b", contains: ["x509: certificate has expired"]),
      RulePack.Rule(id: "first", kind: "a.c", messages: ["Unable to sync"]),
    ])
    #expect(match(set, "no luck: x509: certificate has expired, today")?.rule.id == "expired")
    #expect(match(set, "no luck: x509: certificate has expired", letter: "W")?.rule.id == "expired")
    #expect(match(set, "no luck: x509: certificate has expired", letter: "I") == nil)
    #expect(match(set, "x509: certificate has expire") == nil)
    // A rule for the whole message knows more than one for a part of it.
    #expect(match(set, "Unable to sync: x509: certificate has expired")?.rule.id == "first")
  }

  @Test func anUnhandledErrorIsReadAsTheErrorItHolds() {
    let set = rules([
      RulePack.Rule(id: "old", kind: "a.b", messages: ["couldn't reach"], pattern: "^couldn't reach (?<subject>\\w+)$")
    ])
    #expect(match(set, "couldn't reach cp1")?.subject == "cp1")
    #expect(match(set, #""Unhandled Error" err="couldn't reach cp1" logger="UnhandledError""#)?.subject == "cp1")
    #expect(match(set, #""Unhandled Error" err="couldn't reach cp1""#, letter: "I") == nil)
    #expect(match(set, #""Unhandled Error" err="""#) == nil)
  }

  @Test func attributesHaveTheTypesThatTheRuleGives() {
    let rule = RulePack.Rule(
      id: "x", kind: "a.b", messages: ["counted to"],
      pattern: "^counted to (?<n>\\S+) in (?<seconds>\\S+), (?<done>\\S+)",
      types: ["n": .integer, "seconds": .number, "done": .boolean], attributes: ["by": "hand"], message: "{n} by {by}")
    let set = rules([rule])
    #expect(
      match(set, "counted to 12 in 1.5, true")?.attributes
        == [
          Attribute("by", .text("hand")), Attribute("n", .integer(12)), Attribute("seconds", .number(1.5)),
          Attribute("done", .boolean(true)),
        ])
    let odd = match(set, "counted to many in nan, maybe")
    #expect(odd?.attributes.map(\.value) == [.text("hand"), .text("many"), .text("nan"), .text("maybe")])
    #expect(odd?.message == "many by hand")
  }

  @Test func aPatternThatGivesUpIsCountedForItsRule() {
    let set = rules([
      RulePack.Rule(id: "slow", kind: "a.b", messages: ["aaaaaaaa"], pattern: "^(a+)+$"),
      RulePack.Rule(id: "next", kind: "a.c", messages: ["aaaaaaaa"]),
    ])
    #expect(match(set, String(repeating: "a", count: 60) + "!")?.rule.id == "next")
    #expect(set.limits.map(\.rule) == ["slow"])
    #expect(set.limits.map(\.count) == [1])
    #expect(match(set, "aaaaaaaaaa")?.rule.id == "slow")
    #expect(set.limits.map(\.count) == [1])
  }

  /// The shortest literal says how few bytes are looked at; it may be added first or last.
  @Test(arguments: [4, 5, 7, 10, 11, 30], [false, true])
  func literalsOfAnyLengthAreFoundAtAnyPlace(shortest: Int, comesLast: Bool) {
    var random = Dice(seed: UInt64(shortest))
    func text(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0x61...0x63, using: &random) } }
    var literals = (0..<6).map { _ in text(.random(in: shortest...shortest + 20, using: &random)) }
    literals.insert(text(shortest), at: comesLast ? 6 : 0)
    var finder = LiteralFinder()
    for (rule, literal) in literals.enumerated() { finder.add(literal, rule: rule) }
    for place in 0..<40 {
      for (rule, literal) in literals.enumerated() {
        let line = text(place) + literal + text(.random(in: 0...12, using: &random))
        let begin = Int.random(in: 0...place, using: &random)
        let range = begin..<line.count
        let expected = literals.indices.filter { other in
          line.span.first(literals[other], in: range) != nil
        }
        #expect(expected.contains(rule))
        let (found, isThere) = (finder.find(line.span, in: range), finder.finds(line.span, in: range))
        #expect(found == expected)
        #expect(isThere)
      }
    }
  }

  @Test func literalsAreFoundWhereverTheyStand() {
    var finder = LiteralFinder()
    for (rule, literal) in ["abcd", "bcde", "x509: certificate", "abcdefgh", "abc"].enumerated() {
      finder.add(Array(literal.utf8), rule: rule)
    }
    let find = { (text: String) in text.bytes { finder.find($0, in: 0..<$0.count) } }
    #expect(find("abcd") == [0])
    #expect(find("..abcdefgh abcd") == [0, 1, 3])
    #expect(find("an x509: certificate") == [2])
    #expect(find("an x509: certificat") == [])
    #expect(find("abc") == [])
    #expect(find("") == [])
    "..abcd".bytes { #expect(finder.find($0, in: 0..<5) == []) }
    #expect(LiteralFinder().isEmpty)
  }
}

@Suite struct ProgramLineTests {
  private func read(_ text: String) -> (component: String, stamp: String?, severity: Severity?, words: String)? {
    text.bytes { line in
      ProgramLine(line, 0..<line.count).map { program in
        let stamp = program.stamp.map {
          "\($0.civil.year)-\($0.civil.month)-\($0.civil.day) \($0.civil.hour):\($0.civil.minute):\($0.civil.second)"
            + ".\($0.civil.microsecond) \($0.zoneSeconds.map { "\($0)" } ?? "?")"
        }
        return (program.component.rawValue, stamp, program.severity, line.text(program.body))
      }
    }
  }

  @Test(arguments: [
    (
      #"{"level":"warn","ts":"2026-11-23T14:36:16.123456Z","caller":"a.go:1","msg":"slow fdatasync","took":"2s"}"#,
      "etcd",
      "2026-11-23 14:36:16.123456 0", Severity.warning, #"slow fdatasync","took":"2s"}"#
    ),
    (
      #"{"level":"info","ts":"2026-11-23T14:36:16.123+0900","logger":"raft","caller":"a.go:1","msg":"x became leader"}"#,
      "etcd", "2026-11-23 14:36:16.123000 32400", .info, #"x became leader"}"#
    ),
    (
      #"{"level":"error","ts":1700000000.5,"caller":"a.go:1","msg":"alarm"}"#, "etcd", "2023-11-14 22:13:20.500000 0",
      .error, #"alarm"}"#
    ),
    (
      "2019-09-18 14:55:35.123456 W | etcdserver: took too long", "etcd", "2019-9-18 14:55:35.123456 0", .warning,
      "etcdserver: took too long"
    ),
    (
      #"time="2026-01-12T10:56:20.221824540+08:00" level=warning msg="cleaning up" error="x""#, "logrus",
      "2026-1-12 10:56:20.221824 28800", .warning, #"cleaning up" error="x""#
    ),
    (
      #"time="2026-01-12 10:56:20.221824540Z" level=info msg=Start"#, "logrus", "2026-1-12 10:56:20.221824 0", .info,
      "Start"
    ),
    (
      "2026/11/23 14:36:16 [error] 31#31: *12 connect() failed", "balancer", "2026-11-23 14:36:16.0 ?", .error,
      "connect() failed"
    ),
    (
      "Mon Nov 23 14:36:16 2026: (VI_1) Entering MASTER STATE", "balancer", "2026-11-23 14:36:16.0 ?", nil,
      "(VI_1) Entering MASTER STATE"
    ),
  ])
  func stampedLines(text: String, component: String, stamp: String, severity: Severity?, words: String) throws {
    let found = try #require(read(text))
    #expect(found.component == component)
    #expect(found.stamp == stamp)
    #expect(found.severity == severity)
    #expect(found.words == words)
  }

  @Test(arguments: [
    ("W | rafthttp: lost", "etcd", "rafthttp: lost"),
    ("[WARNING] 327/143616 (8) : Server api/cp2 is DOWN", "balancer", "Server api/cp2 is DOWN"),
    ("[ALERT]    (8) : backend api has", "balancer", "backend api has"),
    ("nginx: [emerg] unknown directive", "balancer", "unknown directive"),
    ("Server api/cp2 is DOWN.", "balancer", "Server api/cp2 is DOWN."),
  ])
  func linesWithoutAStamp(text: String, component: String, words: String) throws {
    let found = try #require(read(text))
    #expect(found.component == component)
    #expect(found.stamp == nil)
    #expect(found.words == words)
  }

  @Test(arguments: [
    "", "{", #"{"level":"warn"}"#, #"{"level":"warn","ts":"2026-11-23T14:36:16Z"}"#, "2026-11-23 14:36:16 W|x: y",
    "2026-11-23 14:36:16 Ready", "W | no name here", "2026/11/23", "2026/13/23 14:36:16 [error] 1#1: x",
    "time=\"soon\"",
    #"time="2026-01-12T10:56:20Z" level=info"#, "[WARNING Swap]: running with swap on", "[preflight] Running checks",
    "Mon Nov 23 14:36:16 KST 2026", "worker-1   Ready    <none>   3m    v1.31.0", "E1123 14:36:16.123456  1 a.go:1] x",
  ])
  func otherLinesAreNone(_ text: String) { #expect(read(text) == nil) }
}

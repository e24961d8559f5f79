import Testing

@testable import KubelogParse

/// A user's packs: how they are read, what they replace, what is said about faults.
@Suite struct RuleBookTests {
  private func pack(_ rules: String, component: String = "klog") -> RuleBook.Source {
    ("my.json5", "{pack: 'my', component: '\(component)', rules: [\(rules)]}")
  }

  private func fault(_ text: String) -> String? {
    do {
      _ = try RuleBook([("my.json5", text)])
      return nil
    } catch {
      #expect(error.exitStatus == 78)
      return error.sentence
    }
  }

  @Test func aRuleOfOnesOwnIsAskedAfterTheBuiltInOnes() throws {
    let book = try RuleBook([
      pack("{id: 'mine', kind: 'my.kind', messages: ['Successfully registered node', 'My very own words']}")
    ])
    let check = RuleCheck(book.packs)
    let line = { (words: String) in "I1123 14:36:16.123456     506 kubelet_node_status.go:74] \(words)" }
    #expect(check.match(line("My very own words"), .klog)?.rule.id == "mine")
    #expect(
      check.match(line(#""Successfully registered node" node="cp3""#), .klog)?.rule.id == "kubelet-node-registered")
    #expect(book.entries.last?.id == "mine")
    #expect(book.entries.last?.path == "my.json5")
  }

  @Test func aRuleWithTheIdOfABuiltInOneReplacesItInItsPlace() throws {
    let built = try RuleBook()
    let place = try #require(built.entries.firstIndex { $0.id == "kubelet-node-registered" })
    let book = try RuleBook([
      pack("{id: 'kubelet-node-registered', kind: 'my.kind', messages: ['Successfully registered node']}")
    ])
    #expect(book.entries.count == built.entries.count)
    #expect(book.entries[place].kind == "my.kind")
    #expect(book.entries[place].path == "my.json5")
    #expect(book.entries.map(\.id) == built.entries.map(\.id))
    #expect(
      RuleCheck(book.packs).match(
        #"I1123 14:36:16.123456     506 a.go:74] "Successfully registered node" node="cp3""#, .klog)?.rule.kind
        == "my.kind")
  }

  @Test func aReplacementForOtherLinesLeavesTheOldPlace() throws {
    let book = try RuleBook([
      pack("{id: 'kubelet-node-registered', kind: 'my.kind', messages: ['Started kubelet']}", component: "systemd")
    ])
    #expect(book.entries.filter { $0.id == "kubelet-node-registered" }.map(\.component) == ["systemd"])
  }

  @Test(arguments: [
    ("{pack: 'my'", "rule pack 'my.json5': it is no JSON5: "),
    ("{pack: 'my', component: 'klog'}", "rule pack 'my.json5': 'rules' is missing"),
    ("{pack: 'my', component: 'dmesg', rules: []}", "rule pack 'my.json5': 'component' is none of klog, systemd, etcd"),
    ("{pack: 'my', component: 'klog', rules: [], author: 'x'}", "rule pack 'my.json5': a pack has no 'author'"),
  ])
  func packsOfAWrongForm(text: String, sentence: String) throws {
    let said = try #require(fault(text))
    #expect(said.hasPrefix(sentence), "\(said)")
  }

  @Test(arguments: [
    ("{kind: 'a.b', messages: ['12345678']}", "rule 'number 1': 'id' is missing"),
    ("{id: 'x', messages: ['12345678']}", "rule 'x': 'kind' is missing"),
    ("{id: 'x', kind: 'a.b', messages: 'one'}", "rule 'x': 'messages' has a value of the wrong form"),
    ("{id: 'x', kind: 'a.b', mesages: ['12345678']}", "rule 'x': a rule has no 'mesages'"),
    (
      "{id: 'x', kind: 'a.b', messages: ['12345678'], types: {n: 'int'}}", "rule 'x': 'n' has a value that is not known"
    ),
    ("{id: 'x', kind: 'ab', messages: ['12345678']}", "rule 'x': 'ab' is no kind: "),
    ("{id: 'x', kind: 'a.b'}", "rule 'x': nothing leads to it: "),
    ("{id: 'x', kind: 'a.b', messages: ['1234567']}", "rule 'x': '1234567' is too short to lead to it: 8 bytes"),
    ("{id: 'x', kind: 'a.b', contains: ['123']}", "rule 'x': '123' is too short to lead to it: 4 bytes"),
    ("{id: 'x', kind: 'a.b', sources: ['a.go'], contains: ['1234']}", "rule 'x': only one of messages, sources and"),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: '(a'}", "rule 'x': its pattern is wrong at byte 2: "),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], message: '{n}'}", "rule 'x': its pattern has no group 'n'"),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], severity: 'bad'}", "rule 'x': 'bad' is no severity: "),
    (
      "{id: 'x', kind: 'a.b', messages: ['12345678']}, {id: 'x', kind: 'a.b', messages: ['12345678']}",
      "rule 'x': the same id stands in 'my.json5'"
    ),
  ])
  func rulesThatCannotWork(rule: String, sentence: String) throws {
    let said = try #require(fault(pack(rule).text))
    #expect(said.hasPrefix("rule pack 'my.json5': " + sentence), "\(said)")
  }

  /// What is found in one rule by itself.
  private func lint(_ rule: String) throws -> [RuleBook.Finding] {
    RuleCheck(try RuleBook(unchecked: [pack(rule)]).packs.filter { $0.path != nil }).lint()
  }

  @Test func lintFindsWhoseSampleItIs() throws {
    let line = #"I1123 14:36:16.123456     506 a.go:74] \"Successfully registered node\" node=\"cp3\""#
    let rule =
      "{id: 'x', kind: 'a.b', messages: ['Successfully registered node'], hits: [{line: \"\(line)\"}], misses: ['m']}"
    let found = try RuleBook(unchecked: [pack(rule), ("other.json5", pack(rule).text)]).lint()
    #expect(found.first?.problem == "the same id stands in 'my.json5'")
    #expect(
      found.dropFirst().map(\.problem) == Array(repeating: "rule 'kubelet-node-registered' takes its hit", count: 2))
  }

  @Test func theBuiltInRulesHaveNoFindings() throws {
    let book = try RuleBook(unchecked: [])
    #expect(book.test() == [])
    #expect(book.lint() == [])
    #expect(book.samples > 2 * book.entries.count)
  }

  @Test(arguments: [
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], misses: ['m']}", "no hit shows what it is for"),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], hits: [{line: 'h'}]}", "no miss shows where it ends"),
    (
      "{id: 'x', kind: 'a.b', pattern: 'a'}",
      "nothing leads to it: give the beginnings of its messages, or texts they contain"
    ),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: '(?<nodeName>a)'}", "group 'nodeName' is not snake_case"),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: '^(a+)+$'}", "'(a+)+' can backtrack without bound"),
    ("{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: 'x(.*)*y'}", "'(.*)*' can backtrack without bound"),
    (
      "{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: '^(?:\\\\w|\\\\d)*z'}",
      #"'(?:\w|\d)*' can backtrack without bound"#
    ),
    (
      "{id: 'x', kind: 'a.b', messages: ['aaaaaaaa'], pattern: '^a*a*a*a*a*b', hits: [{line: 'I1123 14:36:16.123456     506 a.go:74] aaaaaaaaab'}]}",
      "its pattern gives up at PCRE2's limit on lines such as this, lengthened"
    ),
  ])
  func lintFinds(rule: String, problem: String) throws {
    let found = try lint(rule)
    #expect(found.contains { $0.rule == "x" && $0.problem == problem && $0.pack == "my.json5" }, "\(found)")
  }

  @Test(arguments: [
    "^(?:a|b)*c", "^(?:,\\\\w+)*$", "(?:[^\"\\\\\\\\]|\\\\\\\\.)*+\"", "^(?>a+)+b", "(?:ab+c)+",
    "^[^\"]+\" x=(\\\\d+)$", "(a{1,3}){2}",
  ])
  func lintLeavesHarmlessPatternsAlone(_ pattern: String) throws {
    let found = try lint("{id: 'x', kind: 'a.b', messages: ['12345678'], pattern: '\(pattern)'}")
    #expect(!found.contains { $0.problem.contains("backtrack") || $0.problem.contains("gives up") }, "\(found)")
  }

  @Test func aRuleThatLintRefusedIsGivenUpInsteadOfWaitedFor() throws {
    let rule = "{id: 'x', kind: 'a.b', messages: ['aaaaaaaa'], pattern: '^(a+)+$'}"
    let clock = ContinuousClock()
    let took = try clock.measure {
      let check = RuleCheck(try RuleBook([pack(rule)]).packs)
      let line = "I1123 14:36:16.123456     506 a.go:74] " + String(repeating: "a", count: 10_000) + "!"
      #expect(check.match(line, .klog) == nil)
      #expect(check.ruleSet.limits.map(\.rule) == ["x"])
    }
    #expect(took < .seconds(2))
  }

  @Test func testTellsWhatASampleGave() throws {
    let line = "I1123 14:36:16.123456     506 a.go:74] My own words: 12"
    let rule = """
      {id: 'x', kind: 'a.b', messages: ['My own words: '], pattern: '^My own words: (?<n>\\\\d+)',
       hits: [{line: '\(line)', attributes: {n: '13'}}, {line: 'I1123 14:36:16.123456     506 a.go:74] My words'}],
       misses: ['\(line)']}
      """
    let found = try RuleBook([pack(rule)]).test()
    #expect(
      found.map(\.problem)
        == ["n is '12', not '13'", "it does not match its own hit", "it matches what it should miss"])
  }
}

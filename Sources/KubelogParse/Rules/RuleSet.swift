internal import KubelogScan

/// All rules, ready to be asked for a line.
///
/// Dispatch comes first: the first eight bytes of the message, for some the name of the klog source file, for a few a text
/// anywhere in the message say which rules a line can match at all. Only those look further, and only they run PCRE2. A
/// pattern is compiled when it is first needed.
///
/// Not final, so that tests can hold it against one that asks every rule.
class RuleSet {
  /// A rule as it is used. Shared, so that a match costs no copy of it.
  final class Rule {
    let id: String
    let kind: String
    let severity: Severity?
    let repeats: Bool
    let component: RulePack.Component
    /// The id of the problem that its lines show.
    let problem: String?
    /// What its lines say about a node's state, nil for nothing.
    let nodeWord: NodeWord?
    fileprivate let literals: [[UInt8]]
    fileprivate let needs: [[UInt8]]
    fileprivate let patternText: String?
    fileprivate let types: [String: RulePack.AttributeType]
    fileprivate let fixed: [Attribute]
    fileprivate let template: Template?
    fileprivate let certificate: RulePack.Certificate?

    fileprivate init(_ rule: RulePack.Rule, _ component: RulePack.Component) {
      (id, kind, self.component, problem) = (rule.id, rule.kind, component, rule.problem)
      nodeWord = NodeWord(kind: rule.kind)
      severity = rule.severity.flatMap { name in Severity.allCases.first { $0.name == name } }
      repeats = rule.repeats ?? false
      literals = (rule.messages ?? []).map { Array($0.utf8) }
      needs = (rule.needs ?? []).map { Array($0.utf8) }
      (patternText, types) = (rule.pattern, rule.types ?? [:])
      fixed = (rule.attributes ?? [:]).sorted { $0.key < $1.key }.map { Attribute($0.key, .text($0.value)) }
      (template, certificate) = (rule.message.map(Template.init), rule.certificate)
    }
  }

  /// What an event of a rule's kind says about a node's state.
  enum NodeWord {
    case notReady, ready, registered
    /// Its condition changed: the attribute `status` tells.
    case condition
    /// An event about it, as the kubelet writes it and as others do: the attribute `event` tells.
    case kubeletEvent, event

    fileprivate init?(kind: String) {
      switch kind {
      case "kubelet.node.not-ready": self = .notReady
      case "kubelet.node.ready": self = .ready
      case "kubelet.node.registered": self = .registered
      case "control-plane.node.condition-changed": self = .condition
      case "kubelet.node.event": self = .kubeletEvent
      case "node.event", "control-plane.node.status-change": self = .event
      default: return nil
      }
    }
  }

  /// What a rule found in a line. Shared, once it is made: what lines say over and over costs no copy of it.
  final class Match {
    let rule: Rule
    /// The rule's severity, else the line's own; nil where neither says.
    var severity: Severity?
    var attributes: [Attribute]
    var node: String?
    var subject: String?
    var message: String
    /// The certificate that the line shows, and when it ends, microseconds since 1970 UTC.
    var certificate: (name: String, expires: Int64)?
    /// The problem that the line shows: what its text says about the cause, else what its rule names.
    var problem: String?
    /// What the text about the cause told besides.
    var causeAttributes: [Attribute] = []

    /// Which remembered line it is of, nil where it is not remembered.
    var repetition: Repetition?

    fileprivate init(_ rule: Rule) {
      (self.rule, severity, attributes, message, problem) = (rule, rule.severity, rule.fixed, "", rule.problem)
    }

    /// What an event of the line carries: what was found, and the problem that it shows.
    private(set) lazy var told: [Attribute] = tell()
    /// The same as a JSON object.
    private(set) lazy var toldText: String = told.jsonText

    private func tell() -> [Attribute] {
      var told = attributes
      for attribute in causeAttributes where !told.contains(where: { $0.name == attribute.name }) {
        told.append(attribute)
      }
      told.removeAll { $0.name == "node" }
      if let problem { told.append(Attribute(Problem.attribute, .text(problem))) }
      return told
    }
  }

  /// The ways to the rules of one component.
  private struct Ways {
    var byMessage: [UInt64: [Int]] = [:]
    /// One bit for each value of the message's first eight bytes mixed: most lines are refused by it alone.
    var doors: [Bool] = Array(repeating: false, count: 4096)
    var bySource: [(name: [UInt8], rules: [Int])] = []
    var anywhere = LiteralFinder()
  }

  private(set) var rules: [Rule] = []
  /// How often PCRE2 gave up at its limits, for each rule.
  private(set) var limitHits: [Int] = []
  private var patterns: [Pattern?] = []
  private var repeated = RepeatedLines()
  /// Whether PCRE2 gave up on the line that is being looked at.
  private var gaveUp = false
  private var klog = Ways()
  /// The rules of the component `failure`: texts that stand anywhere.
  private var failures = LiteralFinder()
  /// These, and those that lead to rules for klog lines from anywhere in them.
  private var anywhere = LiteralFinder()
  private var others: [RulePack.Component: Ways] = [:]

  /// Compiles the dispatch tables of the packs. Of two rules that fit a line the one that stands first decides, rules led
  /// to by the message's beginning before those by the source file, and those before texts anywhere in it.
  init(_ packs: [RulePack]) {
    var ways: [RulePack.Component: Ways] = [:]
    for pack in packs {
      for rule in pack.rules { add(rule, pack.component, &ways[pack.component, default: Ways()]) }
    }
    klog = ways.removeValue(forKey: .klog) ?? Ways()
    others = ways
  }

  private func add(_ rule: RulePack.Rule, _ component: RulePack.Component, _ ways: inout Ways) {
    let index = rules.count
    let made = Rule(rule, component)
    rules.append(made)
    patterns.append(nil)
    limitHits.append(0)
    for literal in made.literals {
      guard let word = literal.span.word(at: 0) else { continue }
      if ways.byMessage[word]?.last != index { ways.byMessage[word, default: []].append(index) }
      ways.doors[Self.door(word)] = true
    }
    guard rule.messages == nil else { return }
    if component == .failure {
      for literal in rule.contains ?? [] {
        failures.add(Array(literal.utf8), rule: index)
        anywhere.add(Array(literal.utf8), rule: index)
      }
      return
    }
    if component == .klog {
      for source in rule.sources ?? [] {
        let name = Array(source.utf8)
        if let place = ways.bySource.firstIndex(where: { $0.name == name }) {
          ways.bySource[place].rules.append(index)
        } else {
          ways.bySource.append((name, [index]))
        }
      }
    }
    guard rule.sources == nil else { return }
    for literal in rule.contains ?? [] {
      ways.anywhere.add(Array(literal.utf8), rule: index)
      if component == .klog { anywhere.add(Array(literal.utf8), rule: index) }
    }
  }

  private static func door(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 52)
  }

  /// The rules at whose limits PCRE2 gave up, and how often.
  var limits: [(rule: String, count: Int)] {
    zip(rules, limitHits).filter { $0.1 > 0 }.map { ($0.0.id, $0.1) }
  }

  // MARK: Lines

  /// The first rule that matches a klog line.
  func match(klog header: KlogHeader, _ line: Bytes) -> Match? {
    if let known = repeated.match(header, line) { return known }
    gaveUp = false
    let match = match(klog: header.body, file: header.file, isBad: header.letter != 0x49, line)
    // What PCRE2 gave up on is counted each time.
    return match?.rule.repeats ?? true && !gaveUp ? repeated.remember(match, header, line) : match
  }

  /// As ``match(klog:_:)``, for a line whose parts another form of log names; `isBad` is E, W or F.
  ///
  /// Since 1.31 what used to be a message of its own may be the `err` of an `"Unhandled Error"`: what finds no rule as it
  /// is, is asked for once more from there.
  func match(klog body: Range<Int>, file: Range<Int>, isBad: Bool, _ line: Bytes) -> Match? {
    if let match = matchOnce(klog: body, file: file, isBad: isBad, line) { return match }
    guard isBad else { return nil }
    if line.has("\"Unhandled Error\" err=\"", at: body.lowerBound), body.count > 23 {
      let start = body.lowerBound + 23
      let end = GoQuote.closing(line, from: start, to: body.upperBound) ?? body.upperBound
      if start < end, let match = matchOnce(klog: start..<end, file: file, isBad: true, line) { return match }
    }
    return match(failure: line, body)
  }

  /// The first rule of the component `failure` that matches a text; of what only tells another's cause (`isCause`) no message
  /// is made.
  func match(failure line: Bytes, _ body: Range<Int>, isCause: Bool = false) -> Match? {
    guard !body.isEmpty, !failures.isEmpty else { return nil }
    return first(of: failures.find(line, in: body), line, body, messageAt: body.lowerBound, isCause: isCause)
  }

  /// Has a match of a bad line name the cause that the line's own text tells, where it tells one.
  private func explain(_ match: Match, _ line: Bytes, _ body: Range<Int>) {
    guard let cause = self.match(failure: line, body, isCause: true), let problem = cause.problem else { return }
    (match.problem, match.causeAttributes) = (problem, cause.attributes)
  }

  private func matchOnce(klog body: Range<Int>, file: Range<Int>, isBad: Bool, _ line: Bytes) -> Match? {
    guard !body.isEmpty else { return nil }
    let start = line[body.lowerBound] == 0x22 ? body.lowerBound + 1 : body.lowerBound
    var found = match(klog.byMessage, klog.doors, line, body, messageAt: start)
    if found == nil {
      for (name, candidates) in klog.bySource where file.count == name.count && line.has(name, at: file.lowerBound) {
        found = first(of: candidates, line, body, messageAt: start)
        if found != nil { break }
      }
    }
    guard isBad else { return found }
    if found == nil, !klog.anywhere.isEmpty {
      found = first(of: klog.anywhere.find(line, in: body), line, body, messageAt: start)
    }
    if let found { explain(found, line, body) }
    return found
  }

  /// Whether a rule may match a klog line, judged by the words it begins with, its source file and its letter.
  func mayMatch(klog header: KlogHeader, _ line: Bytes) -> Bool {
    guard let first = header.body.first else { return false }
    // What is told by a text anywhere may stand in the lines that are still to come.
    if header.letter != 0x49, !klog.anywhere.isEmpty || !failures.isEmpty { return true }
    if let word = line.word(at: line[first] == 0x22 ? first + 1 : first), klog.byMessage[word] != nil { return true }
    return klog.bySource.contains {
      header.file.count == $0.name.count && line.has($0.name, at: header.file.lowerBound)
    }
  }

  /// What the source file and the beginning of a klog line's message tell about all lines that have both.
  enum Prospect: Equatable {
    /// No rule can match by them, but where the message begins with one of `beginnings` or one of `texts` stands in it;
    /// whether a text of a failure does is another question.
    case only(beginnings: [[UInt8]], texts: [[UInt8]])
    /// Nothing is sure.
    case open
  }

  /// What is sure of lines whose message begins with the ASCII bytes `beginning`; the source file is that of `header`.
  func prospect(klog header: KlogHeader, _ line: Bytes, beginning: Range<Int>) -> Prospect {
    let start = line[beginning.lowerBound] == 0x22 ? beginning.lowerBound + 1 : beginning.lowerBound
    guard let word = line.word(at: start), start + 8 <= beginning.upperBound else { return .open }
    // What stands in it is asked for by itself.
    if line.has("\"Unhandled Err", at: beginning.lowerBound) { return .open }
    func mayMatch(_ index: Int) -> Bool {
      guard let text = rules[index].patternText else { return true }
      return compiled(index, text)?.mayMatch(textBeginningWith: line, in: beginning) ?? false
    }
    var (further, texts): ([[UInt8]], [[UInt8]]) = ([], [])
    for index in klog.byMessage[word] ?? [] where mayMatch(index) {
      for literal in rules[index].literals {
        let known = min(literal.count, beginning.upperBound - start)
        guard line.has(Array(literal.prefix(known)), at: start) else { continue }
        if known < literal.count {
          further.append(literal)
        } else if rules[index].needs.isEmpty {
          return .open
        } else {
          texts += rules[index].needs
        }
      }
    }
    for (name, candidates) in klog.bySource
    where header.file.count == name.count && line.has(name, at: header.file.lowerBound) {
      if candidates.contains(where: mayMatch) { return .open }
    }
    return .only(beginnings: further, texts: texts)
  }

  /// Whether a text that shows a failure, or leads to a rule for klog lines, stands anywhere in `body`.
  func showsFailure(_ line: Bytes, _ body: Range<Int>) -> Bool { anywhere.finds(line, in: body) }

  /// The first rule that matches a line of systemd.
  func match(systemd body: Range<Int>, _ line: Bytes) -> Match? { match(.systemd, line, body) }

  /// The first rule of `component` that matches a line whose own words are `body`.
  func match(_ component: RulePack.Component, _ line: Bytes, _ body: Range<Int>) -> Match? {
    guard !body.isEmpty, let ways = others[component] else { return nil }
    if let match = match(ways.byMessage, ways.doors, line, body, messageAt: body.lowerBound) { return match }
    guard !ways.anywhere.isEmpty else { return nil }
    return first(of: ways.anywhere.find(line, in: body), line, body, messageAt: body.lowerBound)
  }

  /// The first rule that matches a line of a program around the kubelet.
  func match(_ program: ProgramLine, _ line: Bytes) -> Match? {
    guard let match = match(program.component, line, program.body) else { return nil }
    match.severity = match.severity ?? program.severity
    if match.severity ?? .info >= .warning { explain(match, line, program.body) }
    return match
  }

  // MARK: Rules

  private func match(
    _ byMessage: [UInt64: [Int]], _ doors: [Bool], _ line: Bytes, _ body: Range<Int>, messageAt start: Int
  ) -> Match? {
    guard let word = line.word(at: start), doors[Self.door(word)], let candidates = byMessage[word] else { return nil }
    return first(of: candidates, line, body, messageAt: start)
  }

  private func first(
    of candidates: [Int], _ line: Bytes, _ body: Range<Int>, messageAt start: Int, isCause: Bool = false
  ) -> Match? {
    for index in candidates {
      if let match = tryRule(index, line, body, messageAt: start, isCause: isCause) { return match }
    }
    return nil
  }

  /// What rule `index` finds in a line that was led to it, without a message where it `isCause`.
  func tryRule(
    _ index: Int, _ line: Bytes, _ body: Range<Int>, messageAt start: Int, isCause: Bool = false
  ) -> Match? {
    let rule = rules[index]
    if !rule.literals.isEmpty {
      guard rule.literals.contains(where: { line.has($0, at: start) && start + $0.count <= body.upperBound }) else {
        return nil
      }
    }
    guard rule.needs.isEmpty || rule.needs.contains(where: { line.first($0, in: body) != nil }) else { return nil }
    guard let text = rule.patternText else {
      let found = Match(rule)
      if !isCause { found.message = rule.template?.fill(found.attributes) ?? KlogText.sentence(line, body) }
      return found
    }
    guard let pattern = compiled(index, text) else { return nil }
    switch pattern.match(line, in: body) {
    case .noMatch: return nil
    case .limit:
      limitHits[index] += 1
      gaveUp = true
      return nil
    case .matched: break
    }
    let found = Match(rule)
    for group in pattern.groups {
      guard let range = pattern.range(of: group.number) else { continue }
      let value = KlogText.value(of: group.name, line, range)
      found.attributes.append(Attribute(group.name, AttributeValue(value, as: rule.types[group.name])))
      if group.name == "node" { found.node = value }
      if group.name == "subject" { found.subject = value }
      if let certificate = rule.certificate, group.name == certificate.expires {
        found.certificate = GoTime.microseconds(line, range).map { (certificate.name, $0) }
      }
    }
    if !isCause { found.message = rule.template?.fill(found.attributes) ?? KlogText.sentence(line, body) }
    return found
  }

  private func compiled(_ index: Int, _ text: String) -> Pattern? {
    if let pattern = patterns[index] { return pattern }
    // Packs are checked before they are used; a pattern that does not compile leaves its lines unmatched.
    guard let pattern = try? Pattern(text) else { return nil }
    patterns[index] = pattern
    return pattern
  }
}

internal import KubelogScan

/// Holds rules against their own samples and against what makes a rule slow, unreachable or ambiguous.
struct RuleCheck {
  private let packs: [RulePack]
  let ruleSet: RuleSet

  init(_ packs: [RulePack]) { self.init(packs, RuleSet(packs)) }

  init(_ packs: [RulePack], _ ruleSet: RuleSet) { (self.packs, self.ruleSet) = (packs, ruleSet) }

  // MARK: What can never work

  /// Why a rule cannot be used at all.
  static func faults(_ rule: RulePack.Rule, _ component: RulePack.Component) -> [String] {
    var faults: [String] = []
    if rule.id.isEmpty { faults.append("its id is empty") }
    if !isKind(rule.kind) { faults.append("'\(rule.kind)' is no kind: words of a-z, 0-9 and - with dots between") }
    let ways = [rule.messages, rule.sources, rule.contains].compactMap { $0 }
    if ways.allSatisfy(\.isEmpty) {
      faults.append("nothing leads to it: give the beginnings of its messages, or texts they contain")
    }
    if ways.count > 1 { faults.append("only one of messages, sources and contains may lead to it") }
    for literal in rule.messages ?? [] where literal.utf8.count < 8 {
      faults.append("'\(literal)' is too short to lead to it: 8 bytes at least")
    }
    for literal in rule.contains ?? [] where literal.utf8.count < 4 {
      faults.append("'\(literal)' is too short to lead to it: 4 bytes at least")
    }
    for literal in rule.needs ?? [] where literal.utf8.count < 4 {
      faults.append("'\(literal)', which it needs, is too short: 4 bytes at least")
    }
    if rule.sources != nil, component != .klog { faults.append("only klog lines name a source file") }
    if rule.contains == nil, component == .failure { faults.append("texts of failures are known by what they contain") }
    if rule.contains != nil, component == .plain || component == .systemd {
      faults.append("lines of \(component.rawValue) are known by their beginnings only")
    }
    if let severity = rule.severity, !Severity.allCases.map(\.name).contains(severity) {
      faults.append("'\(severity)' is no severity: info, warning or error")
    }
    var groups = Set((rule.attributes ?? [:]).keys)
    if let text = rule.pattern {
      do {
        groups.formUnion(try Pattern(text).groups.map(\.name))
      } catch {
        faults.append("its pattern is wrong at byte \(error.offset): \(error.message)")
        return faults
      }
    }
    let certificate = [rule.certificate?.expires].compactMap { $0 }
    for group in (rule.message.map(Template.init)?.groups ?? []) + (rule.types ?? [:]).keys.sorted() + certificate
    where !groups.contains(group) { faults.append("its pattern has no group '\(group)'") }
    return faults
  }

  /// Why a problem cannot be used.
  static func faults(_ problem: Problem) -> [String] {
    var faults: [String] = []
    let isPlain = problem.id.utf8.allSatisfy { isTokenByte($0) || $0 == 0x2D }
    if problem.id.isEmpty || !isPlain { faults.append("'\(problem.id)' is no id: words of a-z and 0-9 with - between") }
    if problem.title.isEmpty { faults.append("it has no title") }
    if problem.cause.isEmpty { faults.append("it has no cause") }
    if problem.remedy.isEmpty { faults.append("it has no remedy") }
    if !problem.reference.hasPrefix("https://") { faults.append("its reference is no https address") }
    for kind in problem.endedBy where kind != "ready" && !isKind(kind) {
      faults.append("'\(kind)', which is to end it, is no kind")
    }
    return faults
  }

  private static func isKind(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).count > 1
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
        !word.isEmpty && word.utf8.allSatisfy { isTokenByte($0) || $0 == 0x2D }
      }
  }

  /// Whether a name is `snake_case`, as the keys of JSON are.
  private static func isSnakeCase(_ name: String) -> Bool {
    name.utf8.first.map { $0 &- 0x61 < 26 } == true && name.utf8.allSatisfy { isTokenByte($0) || $0 == 0x5F }
  }

  // MARK: Samples

  /// What the rules make of a sample of a component; nil also where it is no line of that component.
  func match(_ sample: String, _ component: RulePack.Component) -> RuleSet.Match? {
    let bytes = Array(sample.utf8)
    let line = bytes.span
    let whole = 0..<line.count
    switch component {
    case .klog: return KlogHeader(line, whole).flatMap { ruleSet.match(klog: $0, line) }
    case .etcd, .logrus, .balancer:
      guard let program = ProgramLine(line, whole), program.component == component else { return nil }
      return ruleSet.match(program, line)
    case .failure:
      // A text as it stands in a klog line, or by itself.
      guard let header = KlogHeader(line, whole) else { return ruleSet.match(failure: line, line.trimmed(whole)) }
      return header.letter == 0x49 ? nil : ruleSet.match(failure: line, header.body)
    case .systemd, .plain: return ruleSet.match(component, line, line.trimmed(whole))
    case .typed:
      for command in TypedLine(line, whole)?.commands ?? [] {
        let words = Array(command.utf8)
        if let match = ruleSet.match(.typed, words.span, 0..<words.count) { return match }
      }
      return nil
    }
  }

  /// The attributes of a match as a pack writes them down.
  static func texts(_ match: RuleSet.Match) -> [String: String] {
    Dictionary(match.attributes.map { ($0.name, $0.value.plainText) }, uniquingKeysWith: { first, _ in first })
  }

  /// The samples that do not come out as their rules say.
  func test() -> [RuleBook.Finding] {
    var findings: [RuleBook.Finding] = []
    for pack in packs {
      for rule in pack.rules {
        func report(_ problem: String, _ line: String?) {
          findings.append(RuleBook.Finding(rule: rule.id, pack: pack.path ?? pack.pack, problem: problem, line: line))
        }
        for fault in Self.faults(rule, pack.component) { report(fault, nil) }
        for hit in rule.hits ?? [] {
          guard let match = match(hit.line, pack.component), match.rule.id == rule.id else {
            report(taken(hit.line, pack.component) ?? "it does not match its own hit", hit.line)
            continue
          }
          let texts = Self.texts(match)
          for name in Set(texts.keys).union((hit.attributes ?? [:]).keys).sorted()
          where texts[name] != hit.attributes?[name] {
            let (want, have) = (hit.attributes?[name], texts[name])
            report(
              "\(name) is \(have.map { "'\($0)'" } ?? "not found"), not \(want.map { "'\($0)'" } ?? "to be found")",
              hit.line)
          }
        }
        for miss in rule.misses ?? [] where match(miss, pack.component)?.rule.id == rule.id {
          report("it matches what it should miss", miss)
        }
      }
    }
    return findings
  }

  private func taken(_ line: String, _ component: RulePack.Component) -> String? {
    match(line, component).map { "rule '\($0.rule.id)' takes it" }
  }

  // MARK: Doubts

  /// What is doubtful about the rules.
  func lint() -> [RuleBook.Finding] {
    var findings: [RuleBook.Finding] = []
    for pack in packs {
      for rule in pack.rules {
        func report(_ problem: String, _ line: String? = nil) {
          findings.append(RuleBook.Finding(rule: rule.id, pack: pack.path ?? pack.pack, problem: problem, line: line))
        }
        let faults = Self.faults(rule, pack.component)
        for fault in faults { report(fault) }
        if (rule.hits ?? []).isEmpty { report("no hit shows what it is for") }
        if (rule.misses ?? []).isEmpty { report("no miss shows where it ends") }
        for hit in rule.hits ?? [] {
          if let match = match(hit.line, pack.component), match.rule.id != rule.id {
            report("rule '\(match.rule.id)' takes its hit", hit.line)
          }
        }
        guard let text = rule.pattern, let pattern = try? Pattern(text) else { continue }
        for group in pattern.groups where !Self.isSnakeCase(group.name) {
          report("group '\(group.name)' is not snake_case")
        }
        for piece in PatternShape(text).risks { report("\(piece) can backtrack without bound") }
        if PatternShape(text).risks.isEmpty, let line = PatternProbe.overrun(text, (rule.hits ?? []).map(\.line)) {
          report("its pattern gives up at PCRE2's limit on lines such as this, lengthened", line)
        }
      }
    }
    return findings
  }
}

internal import KubelogScan

/// All rules, ready to be asked for a line.
///
/// Dispatch comes first: the first eight bytes of the message, and for some the name of the klog
/// source file, say which rules a line can match at all. Only those look further, and only they run PCRE2. A pattern is
/// compiled when it is first needed.
final class RuleSet {
  /// A rule as it is used.
  struct Rule {
    let id: String
    let kind: String
    let severity: Severity?
    let repeats: Bool
    fileprivate let literals: [[UInt8]]
    fileprivate let patternText: String?
    fileprivate let template: Template?
  }

  /// What a rule found in a line.
  struct Match {
    var rule: Rule
    var attributes: [Attribute]
    var node: String?
    var subject: String?
    var message: String
  }

  private(set) var rules: [Rule] = []
  /// How often PCRE2 gave up at its limits.
  private(set) var limitHits = 0
  private var patterns: [Pattern?] = []
  private var klogByMessage: [UInt64: [Int]] = [:]
  private var klogBySource: [String: [Int]] = [:]
  private var systemdByMessage: [UInt64: [Int]] = [:]
  /// One bit for each value of the message's first two bytes mixed: most lines are refused by it alone.
  private var doors: [Bool] = Array(repeating: false, count: 4096)

  /// Compiles the dispatch tables of the packs.
  init(_ packs: [RulePack]) {
    for pack in packs {
      for rule in pack.rules {
        let index = rules.count
        rules.append(
          Rule(
            id: rule.id, kind: rule.kind,
            severity: rule.severity.flatMap { name in Severity.allCases.first { $0.name == name } },
            repeats: rule.repeats ?? false, literals: (rule.messages ?? []).map { Array($0.utf8) },
            patternText: rule.pattern, template: rule.message.map(Template.init)))
        patterns.append(nil)
        for literal in rules[index].literals {
          guard let word = literal.span.word(at: 0) else { continue }
          switch pack.component {
          case .klog: klogByMessage[word, default: []].append(index)
          case .systemd: systemdByMessage[word, default: []].append(index)
          }
          doors[Self.door(word)] = true
        }
        if rule.messages == nil, pack.component == .klog {
          for source in rule.sources ?? [] { klogBySource[source, default: []].append(index) }
        }
      }
    }
    sourceNames = klogBySource.keys.sorted().map { (Array($0.utf8), klogBySource[$0] ?? []) }
  }

  private var sourceNames: [(name: [UInt8], rules: [Int])] = []

  private static func door(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> 52)
  }

  /// The first rule that matches a klog line.
  func match(klog header: KlogHeader, _ line: Bytes) -> Match? {
    let body = header.body
    guard !body.isEmpty else { return nil }
    let isQuoted = line[body.lowerBound] == 0x22
    let start = isQuoted ? body.lowerBound + 1 : body.lowerBound
    if let word = line.word(at: start), doors[Self.door(word)], let candidates = klogByMessage[word] {
      for index in candidates {
        if let match = tryRule(index, line, body, messageAt: start) { return match }
      }
    }
    for (name, candidates) in sourceNames
    where header.file.count == name.count && line.has(name, at: header.file.lowerBound) {
      for index in candidates {
        if let match = tryRule(index, line, body, messageAt: start) { return match }
      }
    }
    return nil
  }

  /// Whether a rule may match a klog line, judged by the words it begins with and its source file.
  func mayMatch(klog header: KlogHeader, _ line: Bytes) -> Bool {
    guard let first = header.body.first else { return false }
    if let word = line.word(at: line[first] == 0x22 ? first + 1 : first), doors[Self.door(word)],
      klogByMessage[word] != nil
    {
      return true
    }
    return sourceNames.contains { header.file.count == $0.name.count && line.has($0.name, at: header.file.lowerBound) }
  }

  /// The first rule that matches a line of systemd.
  func match(systemd body: Range<Int>, _ line: Bytes) -> Match? {
    guard let word = line.word(at: body.lowerBound), doors[Self.door(word)], let candidates = systemdByMessage[word]
    else { return nil }
    for index in candidates {
      if let match = tryRule(index, line, body, messageAt: body.lowerBound) { return match }
    }
    return nil
  }

  private func tryRule(_ index: Int, _ line: Bytes, _ body: Range<Int>, messageAt start: Int) -> Match? {
    let rule = rules[index]
    if !rule.literals.isEmpty {
      guard rule.literals.contains(where: { line.has($0, at: start) && start + $0.count <= body.upperBound }) else {
        return nil
      }
    }
    var found = Match(rule: rule, attributes: [], node: nil, subject: nil, message: "")
    if let text = rule.patternText {
      guard let pattern = compiled(index, text) else { return nil }
      switch pattern.match(line, in: body) {
      case .noMatch: return nil
      case .limit:
        limitHits += 1
        return nil
      case .matched:
        for group in pattern.groups {
          guard let range = pattern.range(of: group.number) else { continue }
          let value = KlogText.value(of: group.name, line, range)
          found.attributes.append(Attribute(group.name, .text(value)))
          if group.name == "node" { found.node = value }
          if group.name == "subject" { found.subject = value }
        }
      }
    }
    found.message = rule.template?.fill(found.attributes) ?? KlogText.sentence(line, body)
    return found
  }

  private func compiled(_ index: Int, _ text: String) -> Pattern? {
    if let pattern = patterns[index] { return pattern }
    // A built-in pattern that does not compile fails the tests of the packs; a line then is as good as unmatched.
    guard let pattern = try? Pattern(text) else { return nil }
    patterns[index] = pattern
    return pattern
  }
}

/// A sentence with places for what was found: `node became not ready: {reason}`.
struct Template {
  private var parts: [(text: String, group: String?)] = []

  init(_ text: String) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      parts.append((String(rest[..<open]), String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    parts.append((String(rest), nil))
  }

  /// The sentence; a group that was not found takes the `: ` or the blank before it along.
  func fill(_ attributes: [Attribute]) -> String {
    var sentence = ""
    for part in parts {
      let value = attributes.first { $0.name == part.group }?.value
      if part.group == nil {
        sentence += part.text
      } else if case .text(let text)? = value {
        sentence += part.text + text
      } else {
        var before = part.text[...]
        while let last = before.last, last == " " || last == ":" || last == "," { before = before.dropLast() }
        sentence += before
      }
    }
    return withoutEscapedQuotes(sentence)
  }
}

/// Go's `\"` inside quoted text as people read it.
private func withoutEscapedQuotes(_ text: String) -> String {
  guard text.utf8.contains(0x5C) else { return text }
  var kept: [UInt8] = []
  kept.reserveCapacity(text.utf8.count)
  for byte in text.utf8 {
    if byte == 0x22, kept.last == 0x5C { kept.removeLast() }
    kept.append(byte)
  }
  return String(decoding: kept, as: UTF8.self)
}

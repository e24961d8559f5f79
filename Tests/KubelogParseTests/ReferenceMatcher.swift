import KubelogScan
import Testing

@testable import KubelogParse

/// The slow twin of ``RuleSet``: tries every rule of a component on every line, in the order that dispatch promises.
struct ReferenceMatcher {
  private let rules: [(component: RulePack.Component, rule: RulePack.Rule, index: Int)]
  private let set: RuleSet

  init(_ packs: [RulePack]) {
    set = RuleSet(packs)
    let all = packs.flatMap { pack in pack.rules.map { (pack.component, $0) } }
    rules = all.enumerated().map { ($1.0, $1.1, $0) }
  }

  func match(_ text: String, _ component: RulePack.Component) -> RuleSet.Match? {
    text.bytes { line in
      let whole = 0..<line.count
      switch component {
      case .klog:
        guard let header = KlogHeader(line, whole) else { return nil }
        if let match = first(component, line, header.body, header) { return match }
        guard header.letter != 0x49 else { return nil }
        let inner = "\"Unhandled Error\" err=\""
        if line.text(header.body).hasPrefix(inner) {
          let start = header.body.lowerBound + inner.utf8.count
          let end = GoQuote.closing(line, from: start, to: header.body.upperBound) ?? header.body.upperBound
          if start < end, let match = first(component, line, start..<end, header) { return match }
        }
        return first(.failure, line, header.body, nil)
      case .failure:
        guard let header = KlogHeader(line, whole) else { return first(component, line, line.trimmed(whole), nil) }
        return header.letter == 0x49 ? nil : first(component, line, header.body, nil)
      case .etcd, .logrus, .balancer:
        guard let program = ProgramLine(line, whole), program.component == component else { return nil }
        return first(component, line, program.body, nil)
      default: return first(component, line, line.trimmed(whole), nil)
      }
    }
  }

  private func first(
    _ component: RulePack.Component, _ line: Bytes, _ body: Range<Int>, _ header: KlogHeader?
  ) -> RuleSet.Match? {
    guard !body.isEmpty else { return nil }
    let isQuoted = component == .klog && line[body.lowerBound] == 0x22
    let start = isQuoted ? body.lowerBound + 1 : body.lowerBound
    let (message, whole) = (line.text(start..<body.upperBound), line.text(body))
    var file: String?
    if let header { file = line.text(header.file) }
    let isInfo = header?.letter == 0x49
    let ways: [(RulePack.Rule) -> Bool] = [
      { rule in (rule.messages ?? []).contains { message.utf8.starts(with: $0.utf8) } },
      { rule in file.map { (rule.sources ?? []).contains($0) } ?? false },
      { rule in !isInfo && (rule.contains ?? []).contains { whole.contains($0) } },
    ]
    for way in ways {
      for item in rules where item.component == component && way(item.rule) {
        if let match = set.tryRule(item.index, line, body, messageAt: start) { return match }
      }
    }
    return nil
  }
}

/// Dispatch finds what trying every rule would find.
@Suite struct ReferenceMatcherTests {
  private static let packs = (try? RulePack.builtIn()) ?? []

  /// Every sample of every pack, and pieces of them put together.
  private static func lines(_ component: RulePack.Component) -> [String] {
    let samples = packs.filter { $0.component == component }.flatMap { pack in
      pack.rules.flatMap { ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }
    }
    let mixed = zip(samples, samples.dropFirst(7)).map { left, right in
      String(left.prefix(left.count * 2 / 3)) + String(right.suffix(right.count / 3))
    }
    let cut = samples.map { String($0.dropLast(max(1, $0.count / 5))) }
    return samples + mixed + cut
  }

  @Test(arguments: RulePack.Component.allCases.filter { $0 != .typed })
  func dispatchAgreesWithTryingEveryRule(_ component: RulePack.Component) {
    let (fast, slow) = (RuleCheck(Self.packs), ReferenceMatcher(Self.packs))
    let lines = Self.lines(component)
    #expect(lines.count > 30)
    for line in lines {
      let (left, right) = (fast.match(line, component), slow.match(line, component))
      #expect(left?.rule.id == right?.rule.id, "\(line)")
      #expect(left?.attributes == right?.attributes, "\(line)")
    }
  }
}

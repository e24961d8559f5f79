import Glibc
import KubelogScan

@testable import KubelogParse

/// The slow twin of ``RuleSet``: asks every rule of a component about every line, remembers nothing and goes over nothing.
///
/// What a rule asks of a line is decided here once more, from the pack's own words; only what is made of the groups of a line
/// that fits is made by ``RuleSet``.
final class SlowRules: RuleSet {
  /// A rule as its pack has it.
  private final class Asked {
    let index: Int
    let messages: [[UInt8]]
    let sources: [[UInt8]]
    let contains: [[UInt8]]
    let needs: [[UInt8]]
    let text: String?
    lazy var pattern = text.flatMap { try? Pattern($0) }

    init(_ rule: RulePack.Rule, _ index: Int) {
      func bytes(_ texts: [String]?) -> [[UInt8]] { (texts ?? []).map { Array($0.utf8) } }
      (self.index, text) = (index, rule.pattern)
      (messages, sources) = (bytes(rule.messages), bytes(rule.sources))
      (contains, needs) = (bytes(rule.contains), bytes(rule.needs))
    }
  }

  private var asked: [RulePack.Component: [Asked]] = [:]
  /// Rules that fit a line but of which nothing was made.
  private(set) var refused: [String] = []

  override init(_ packs: [RulePack]) {
    super.init(packs)
    var index = 0
    for pack in packs {
      for rule in pack.rules {
        asked[pack.component, default: []].append(Asked(rule, index))
        index += 1
      }
    }
  }

  // MARK: Lines

  override func match(klog header: KlogHeader, _ line: Bytes) -> Match? {
    match(klog: header.body, file: header.file, isBad: header.letter != 0x49, line)
  }

  override func match(klog body: Range<Int>, file: Range<Int>, isBad: Bool, _ line: Bytes) -> Match? {
    if let match = one(klog: body, file: file, isBad: isBad, line) { return match }
    guard isBad else { return nil }
    if let inner = Self.unhandled(line, body), let match = one(klog: inner, file: file, isBad: true, line) {
      return match
    }
    return match(failure: line, body)
  }

  /// The error that an `"Unhandled Error" err="…"` quotes.
  private static func unhandled(_ line: Bytes, _ body: Range<Int>) -> Range<Int>? {
    let head = Array(#""Unhandled Error" err=""#.utf8)
    guard stands(head, at: body.lowerBound, line, body) else { return nil }
    let start = body.lowerBound + head.count
    let end = GoQuote.closing(line, from: start, to: body.upperBound) ?? body.upperBound
    return start < end ? start..<end : nil
  }

  private func one(klog body: Range<Int>, file: Range<Int>, isBad: Bool, _ line: Bytes) -> Match? {
    guard let first = body.first else { return nil }
    let start = line[first] == 0x22 ? first + 1 : first
    guard let match = self.first(.klog, line, body, messageAt: start, file: file, isBad: isBad) else { return nil }
    // Why it is so, its own text may say.
    if isBad, let cause = self.match(failure: line, body), let problem = cause.problem {
      (match.problem, match.causeAttributes) = (problem, cause.attributes)
    }
    return match
  }

  /// A cause has a message too: it is of no use to anybody.
  override func match(failure line: Bytes, _ body: Range<Int>, isCause: Bool = false) -> Match? {
    first(.failure, line, body, messageAt: body.lowerBound)
  }

  override func match(_ component: RulePack.Component, _ line: Bytes, _ body: Range<Int>) -> Match? {
    first(component, line, body, messageAt: body.lowerBound)
  }

  override func mayMatch(klog header: KlogHeader, _ line: Bytes) -> Bool { true }

  override func prospect(klog header: KlogHeader, _ line: Bytes, beginning: Range<Int>) -> Prospect { .open }

  override func showsFailure(_ line: Bytes, _ body: Range<Int>) -> Bool { true }

  // MARK: Rules

  /// The first rule that fits: those that know the beginning of the message before those that know the source file, and
  /// these before those that know a text within; each in the order of the packs.
  private func first(
    _ component: RulePack.Component, _ line: Bytes, _ body: Range<Int>, messageAt start: Int, file: Range<Int>? = nil,
    isBad: Bool = true
  ) -> Match? {
    let rules = asked[component] ?? []
    guard !body.isEmpty else { return nil }
    for rule in rules where rule.messages.contains(where: { Self.stands($0, at: start, line, body) }) {
      if let match = fit(rule, line, body, start) { return match }
    }
    if let file {
      for rule in rules
      where rule.sources.contains(where: { $0.count == file.count && Self.stands($0, at: file.lowerBound, line, file) })
      {
        if let match = fit(rule, line, body, start) { return match }
      }
    }
    guard isBad else { return nil }
    for rule in rules where rule.contains.contains(where: { Self.holds(line, body, $0) }) {
      if let match = fit(rule, line, body, start) { return match }
    }
    return nil
  }

  private func fit(_ rule: Asked, _ line: Bytes, _ body: Range<Int>, _ start: Int) -> Match? {
    guard rule.needs.isEmpty || rule.needs.contains(where: { Self.holds(line, body, $0) }) else { return nil }
    if rule.text != nil {
      guard let pattern = rule.pattern, pattern.match(line, in: body) == .matched else { return nil }
    }
    let match = tryRule(rule.index, line, body, messageAt: start)
    if match == nil { refused.append("\(rules[rule.index].id): \(line.text(body))") }
    return match
  }

  private static func stands(_ text: [UInt8], at start: Int, _ line: Bytes, _ range: Range<Int>) -> Bool {
    guard start + text.count <= range.upperBound else { return false }
    return line.withUnsafeBufferPointer { bytes in
      text.withUnsafeBufferPointer { text in
        guard let bytes = bytes.baseAddress, let first = text.baseAddress else { return false }
        return memcmp(first, bytes + start, text.count) == 0
      }
    }
  }

  private static func holds(_ line: Bytes, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
    line.withUnsafeBufferPointer { bytes in
      text.withUnsafeBufferPointer { text in
        guard let bytes = bytes.baseAddress, let first = text.baseAddress else { return false }
        var start = range.lowerBound
        while start + text.count <= range.upperBound,
          let found = memchr(bytes + start, Int32(first.pointee), range.upperBound - text.count - start + 1)
        {
          if memcmp(found, first, text.count) == 0 { return true }
          start = UnsafeRawPointer(found) - UnsafeRawPointer(bytes) + 1
        }
        return false
      }
    }
  }
}

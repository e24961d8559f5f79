internal import KubelogScan

/// What a pattern's text shows about how long it may search: repeated groups that can cut the same text in many ways.
///
/// Reads only as much of PCRE2's grammar as it needs: groups, alternatives, classes, escapes and quantifiers. Possessive and
/// atomic pieces never give back what they took and are no risk.
struct PatternShape {
  /// The groups that are repeated without bound although they can take one text in several ways.
  private(set) var risks: [String] = []
  private let bytes: [UInt8]
  private var index = 0

  /// One alternative of a group, as far as it matters.
  private struct Branch {
    /// Atoms that stand for exactly so much text.
    var fixed = 0
    /// Whether something in it is repeated without bound and gives back.
    var isOpen = false
    /// What it is written as.
    var text = ""
  }

  init(_ pattern: String) {
    bytes = Array(pattern.utf8)
    _ = group(from: 0)
  }

  /// Reads up to the closing parenthesis of a group.
  private mutating func group(from start: Int) -> [Branch] {
    var branches = [Branch()]
    var branchStart = index
    func close(_ end: Int) { branches[branches.count - 1].text = text(branchStart..<end) }
    while index < bytes.count, bytes[index] != 0x29 {
      if bytes[index] == 0x7C {
        close(index)
        index += 1
        branchStart = index
        branches.append(Branch())
      } else {
        atom(&branches[branches.count - 1])
      }
    }
    close(index)
    return branches
  }

  private mutating func atom(_ branch: inout Branch) {
    let start = index
    var inner: [Branch] = []
    var isAtomic = false
    var isAssertion = false
    switch bytes[index] {
    case 0x28:
      index += 1
      (isAtomic, isAssertion) = skipGroupHead()
      inner = group(from: index)
      index = min(index + 1, bytes.count)
    case 0x5B: skipClass()
    case 0x5C: skipEscape()
    case 0x5E, 0x24:
      isAssertion = true
      index += 1
    default: index += 1
    }
    let end = index
    let (isUnbounded, isPossessive, isOptional) = quantifier()
    guard !isAssertion else { return }
    let canVary = !isAtomic && inner.contains { $0.isOpen }
    if isUnbounded, !isPossessive, !isAtomic, !inner.isEmpty,
      inner.contains(where: { $0.isOpen && $0.fixed == 0 }) || overlap(inner)
    {
      risks.append("'\(text(start..<index))'")
    }
    if isUnbounded || canVary {
      if !isPossessive, !isAtomic { branch.isOpen = true }
      if canVary, !isUnbounded, !isOptional, inner.allSatisfy({ $0.fixed > 0 }) { branch.fixed += 1 }
    } else if !isOptional {
      branch.fixed += end > start ? 1 : 0
    }
  }

  /// Whether two alternatives of one character each take the same one.
  private func overlap(_ branches: [Branch]) -> Bool {
    guard branches.count > 1 else { return false }
    var takers = [Int](repeating: 0, count: 128)
    for branch in branches {
      guard let pattern = try? Pattern("\\A(?:\(branch.text))\\z") else { continue }
      for byte in UInt8(0x20)..<0x7F {
        let one = [byte]
        if pattern.match(one.span, in: 0..<1) == .matched { takers[Int(byte)] += 1 }
      }
    }
    return takers.contains { $0 > 1 }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// Past `?:`, `?<name>`, `?=` and the like.
  private mutating func skipGroupHead() -> (isAtomic: Bool, isAssertion: Bool) {
    guard index + 1 < bytes.count, bytes[index] == 0x3F else { return (false, false) }
    let kind = bytes[index + 1]
    index += 2
    switch kind {
    case 0x3E: return (true, false)
    case 0x3D, 0x21: return (false, true)
    case 0x3C where index < bytes.count && (bytes[index] == 0x3D || bytes[index] == 0x21):
      index += 1
      return (false, true)
    case 0x3C, 0x50, 0x27:
      while index < bytes.count, bytes[index] != 0x3E, bytes[index] != 0x27 { index += 1 }
      index = min(index + 1, bytes.count)
    default:
      while index < bytes.count, bytes[index - 1] != 0x3A, bytes[index] != 0x29 { index += 1 }
    }
    return (false, false)
  }

  private mutating func skipClass() {
    index += 1
    if index < bytes.count, bytes[index] == 0x5E { index += 1 }
    if index < bytes.count, bytes[index] == 0x5D { index += 1 }
    while index < bytes.count, bytes[index] != 0x5D { index += bytes[index] == 0x5C ? 2 : 1 }
    index = min(index + 1, bytes.count)
  }

  private mutating func skipEscape() {
    index = min(index + 2, bytes.count)
    if index < bytes.count, bytes[index] == 0x7B, [0x70, 0x50, 0x78].contains(bytes[index - 1]) {
      while index < bytes.count, bytes[index] != 0x7D { index += 1 }
      index = min(index + 1, bytes.count)
    }
  }

  /// What follows an atom: `*`, `+`, `?`, `{n,m}`, with `?` or `+` behind it.
  private mutating func quantifier() -> (isUnbounded: Bool, isPossessive: Bool, isOptional: Bool) {
    guard index < bytes.count else { return (false, false, false) }
    var (isUnbounded, isOptional) = (false, false)
    switch bytes[index] {
    case 0x2A: (isUnbounded, isOptional) = (true, true)
    case 0x2B: isUnbounded = true
    case 0x3F: isOptional = true
    case 0x7B:
      guard let close = bytes[index...].firstIndex(of: 0x7D),
        bytes[(index + 1)..<close].allSatisfy({ isDigit($0) || $0 == 0x2C }), close > index + 1
      else { return (false, false, false) }
      isUnbounded = bytes[close - 1] == 0x2C
      isOptional = bytes[index + 1] == 0x30 || bytes[index + 1] == 0x2C
      index = close
    default: return (false, false, false)
    }
    index += 1
    guard index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x3F else {
      return (isUnbounded, false, isOptional)
    }
    defer { index += 1 }
    return (isUnbounded, bytes[index] == 0x2B, isOptional)
  }
}

/// Runs a pattern on its own samples made long, to see whether PCRE2 gives up.
enum PatternProbe {
  /// A sample from which such lines were made, nil where all of them were decided.
  static func overrun(_ text: String, _ samples: [String]) -> String? {
    guard let pattern = try? Pattern(text) else { return nil }
    for sample in samples {
      for line in attacks(Array(sample.utf8)) {
        if pattern.match(line.span, in: bodyStart(line)..<line.count) == .limit { return sample }
      }
    }
    return nil
  }

  /// Where a line's own words begin: behind a klog header.
  private static func bodyStart(_ line: [UInt8]) -> Int {
    KlogHeader(line.span, 0..<line.count)?.body.lowerBound ?? 0
  }

  /// The sample with a stretch of it said many times over, and then a byte that fits nothing before its end.
  private static func attacks(_ sample: [UInt8]) -> [[UInt8]] {
    let step = max(1, sample.count / 12)
    return stride(from: 0, to: sample.count, by: step).flatMap { place in
      [1, 2, 5].map { length in
        let piece = sample[place..<min(place + length, sample.count)]
        var line = Array(sample[..<place])
        while line.count < place + 2_000 { line += piece }
        return line + [0x01] + sample[place...]
      }
    }
  }
}

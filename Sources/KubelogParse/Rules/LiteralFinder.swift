internal import KubelogScan

/// Finds which of many literals stand anywhere in a text, in one pass over it.
///
/// Four bytes of each literal lead to it: a text without any of them costs a table look-up a byte.
struct LiteralFinder {
  private var doors: [Bool] = []
  private var rulesByLead: [UInt32: [(literal: [UInt8], rule: Int)]] = [:]

  /// Whether there is nothing to find.
  var isEmpty: Bool { rulesByLead.isEmpty }

  /// Adds a literal of at least 4 bytes that leads to `rule`; a shorter one leads nowhere.
  mutating func add(_ literal: [UInt8], rule: Int) {
    guard literal.count >= 4 else { return }
    if doors.isEmpty { doors = Array(repeating: false, count: 4096) }
    let lead = literal.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    doors[Self.door(lead)] = true
    rulesByLead[lead, default: []].append((literal, rule))
  }

  private static func door(_ lead: UInt32) -> Int { Int((lead &* 0x9E37_79B1) >> 20) }

  /// Whether any of the literals stands in `range`.
  func finds(_ line: Bytes, in range: Range<Int>) -> Bool {
    guard !isEmpty, range.count >= 4 else { return false }
    var lead: UInt32 = 0
    for index in range {
      lead = lead << 8 | UInt32(line[index])
      guard index >= range.lowerBound + 3, doors[Self.door(lead)], let candidates = rulesByLead[lead] else { continue }
      let start = index - 3
      for (literal, _) in candidates where start + literal.count <= range.upperBound && line.has(literal, at: start) {
        return true
      }
    }
    return false
  }

  /// The rules whose literals stand in `range`, in the order of the rules, each once.
  func find(_ line: Bytes, in range: Range<Int>) -> [Int] {
    guard !isEmpty, range.count >= 4 else { return [] }
    var found: [Int] = []
    var lead: UInt32 = 0
    for index in range {
      lead = lead << 8 | UInt32(line[index])
      guard index >= range.lowerBound + 3, doors[Self.door(lead)], let candidates = rulesByLead[lead] else { continue }
      let start = index - 3
      for (literal, rule) in candidates
      where start + literal.count <= range.upperBound && line.has(literal, at: start) && !found.contains(rule) {
        found.append(rule)
      }
    }
    return found.sorted()
  }
}

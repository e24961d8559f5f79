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
    if doors.isEmpty { doors = Array(repeating: false, count: 1 << 14) }
    let lead = literal.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    doors[Self.door(lead)] = true
    rulesByLead[lead, default: []].append((literal, rule))
  }

  @inline(__always)
  private static func door(_ lead: UInt32) -> Int { Int((lead &* 0x9E37_79B1) >> 18) }

  /// The rules whose literals stand in `range`, in the order of the rules, each once.
  func find(_ line: Bytes, in range: Range<Int>) -> [Int] {
    var found: [Int] = []
    search(line, range) { rule in
      if !found.contains(rule) { found.append(rule) }
      return true
    }
    return found.sorted()
  }

  /// Whether any of the literals stands in `range`.
  func finds(_ line: Bytes, in range: Range<Int>) -> Bool {
    var isThere = false
    search(line, range) { _ in
      isThere = true
      return false
    }
    return isThere
  }

  /// Gives the rule of each literal that stands in `range`, as long as `found` wants more.
  @inline(__always)
  private func search(_ line: Bytes, _ range: Range<Int>, _ found: (Int) -> Bool) {
    precondition(range.lowerBound >= 0 && range.upperBound <= line.count)
    var start = range.lowerBound
    while let place = firstOpen(line, from: start, to: range.upperBound) {
      start = place.index + 1
      for (literal, rule) in rulesByLead[place.lead] ?? []
      where place.index + literal.count <= range.upperBound && line.has(literal, at: place.index) && !found(rule) {
        return
      }
    }
  }

  /// The next four bytes that may lead to a literal.
  private func firstOpen(_ line: Bytes, from start: Int, to end: Int) -> (index: Int, lead: UInt32)? {
    guard !doors.isEmpty else { return nil }
    return doors.withUnsafeBufferPointer { doors in
      line.withUnsafeBufferPointer { bytes in
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 4 <= end {
          let lead = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
          if doors[Self.door(lead)] { return (index, lead) }
          index += 1
        }
        return nil
      }
    }
  }
}

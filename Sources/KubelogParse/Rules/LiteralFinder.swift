internal import KubelogScan

/// Finds which of many literals stand anywhere in a text, in one pass over it.
///
/// Four bytes of each literal lead to it, at each of a few offsets: only every few bytes of a text are looked at, and one
/// without any of them costs a table look-up there.
struct LiteralFinder {
  /// Four bytes of a literal as one number, where in it they stand, its number, and the next entry behind the same door.
  private struct Entry {
    var lead: UInt32
    var offset, literal: Int
    var next: Int32
  }

  /// For each value that four bytes are mixed to the first entry that they may be of, -1 for none.
  private var doors: [Int32] = []
  private var entries: [Entry] = []
  /// Where in ``text`` each literal stands, and the rule that it leads to.
  private var literals: [(range: Range<Int>, rule: Int)] = []
  private var text: [UInt8] = []
  /// Of how many places in a text one is looked at: the shortest literal has four bytes at one of them, wherever it stands.
  private var step = Self.largestStep
  private static let largestStep = 8

  /// Whether there is nothing to find.
  var isEmpty: Bool { literals.isEmpty }

  /// Adds a literal of at least 4 bytes that leads to `rule`; a shorter one leads nowhere.
  mutating func add(_ literal: [UInt8], rule: Int) {
    guard literal.count >= 4 else { return }
    literals.append((text.count..<text.count + literal.count, rule))
    text += literal
    if literal.count - 3 < step {
      // All stand behind fewer doors now.
      step = literal.count - 3
      doors = []
      entries = []
      for literal in literals.indices { open(literal) }
    } else {
      open(literals.count - 1)
    }
  }

  private mutating func open(_ literal: Int) {
    if doors.isEmpty { doors = Array(repeating: -1, count: 1 << 14) }
    for offset in 0..<step {
      let start = literals[literal].range.lowerBound + offset
      let lead = text[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let door = Self.door(lead)
      entries.append(Entry(lead: lead, offset: offset, literal: literal, next: doors[door]))
      doors[door] = Int32(entries.count - 1)
    }
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
    guard !doors.isEmpty else { return }
    doors.withUnsafeBufferPointer { doors in
      line.withUnsafeBufferPointer { bytes in
        let raw = UnsafeRawBufferPointer(bytes)
        var index = range.lowerBound
        while index + 4 <= range.upperBound {
          let lead = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
          var place = doors[Self.door(lead)]
          while place >= 0 {
            let entry = entries[Int(place)]
            place = entry.next
            guard entry.lead == lead, stands(entry, raw, at: index - entry.offset, range) else { continue }
            if !found(literals[entry.literal].rule) { return }
          }
          index += step
        }
      }
    }
  }

  /// Whether the literal of `entry` stands at `start`, and in `range`.
  private func stands(_ entry: Entry, _ line: UnsafeRawBufferPointer, at start: Int, _ range: Range<Int>) -> Bool {
    let literal = literals[entry.literal].range
    guard start >= range.lowerBound, start + literal.count <= range.upperBound else { return false }
    return text.withUnsafeBytes { text in
      areSame(
        UnsafeRawBufferPointer(rebasing: line[start..<start + literal.count]),
        UnsafeRawBufferPointer(rebasing: text[literal]))
    }
  }
}

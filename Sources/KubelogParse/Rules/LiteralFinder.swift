internal import KubelogScan

/// Finds which of many literals stand anywhere in a text, in one pass over it.
///
/// Four bytes of each literal lead to it: a text without any of them costs a table look-up a byte.
struct LiteralFinder {
  /// A literal: its bytes in ``text``, its first four as one number, the rule that it leads to, and the next one behind the
  /// same door.
  private struct Entry {
    var lead: UInt32
    var start, count, rule, next: Int
  }

  /// For each value that four bytes are mixed to the first entry whose literal may begin with them, -1 for none.
  private var doors: [Int16] = []
  private var entries: [Entry] = []
  private var text: [UInt8] = []

  /// Whether there is nothing to find.
  var isEmpty: Bool { entries.isEmpty }

  /// Adds a literal of at least 4 bytes that leads to `rule`; a shorter one leads nowhere.
  mutating func add(_ literal: [UInt8], rule: Int) {
    guard literal.count >= 4, entries.count < Int(Int16.max) else { return }
    if doors.isEmpty { doors = Array(repeating: -1, count: 1 << 14) }
    let lead = literal.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let door = Self.door(lead)
    entries.append(Entry(lead: lead, start: text.count, count: literal.count, rule: rule, next: Int(doors[door])))
    text += literal
    doors[door] = Int16(entries.count - 1)
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
      entries.withUnsafeBufferPointer { entries in
        text.withUnsafeBytes { text in
          line.withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var index = range.lowerBound
            while index + 4 <= range.upperBound {
              let lead = UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
              var place = Int(doors[Self.door(lead)])
              while place >= 0 {
                let entry = entries[place]
                place = entry.next
                guard entry.lead == lead, index + entry.count <= range.upperBound,
                  areSame(
                    UnsafeRawBufferPointer(rebasing: raw[index..<index + entry.count]),
                    UnsafeRawBufferPointer(rebasing: text[entry.start..<entry.start + entry.count]))
                else { continue }
                if !found(entry.rule) { return }
              }
              index += 1
            }
          }
        }
      }
    }
  }
}

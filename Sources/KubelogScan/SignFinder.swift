internal import CSigns

/// Finds the places of a text where one of a few short words begins, many bytes at a time.
///
/// ASCII letters are alike in either case. The first three bytes of all words together make tables, of which the halves of
/// each byte are looked up: what passes is compared whole.
public struct SignFinder: Sendable {
  /// The word that is any bootstrap token's point: six letters or digits stand before it and sixteen behind.
  public static let tokenPoint = "."
  /// How many bytes before its last one a word may begin that is cut off by the end of a text: these bytes are to be
  /// searched again with what follows them.
  public static let overlap = 2

  private let words: [[UInt8]]
  /// The words whose bit is set, for each of eight bits.
  private var numbers: [[Int]] = Array(repeating: [], count: 8)
  /// The bits of the words that may have a byte at their first, second or third place, for the lower and for the upper half
  /// of the byte: six tables of sixteen.
  private var halves = [UInt8](repeating: 0, count: 96)
  /// The bit of ``tokenPoint``, 0 where it is not looked for.
  private var pointBit: UInt8 = 0
  private static let hasTables = kl_can_skip() != 0

  /// A finder of `words`, in lower case: of one byte, or of three and more; ``tokenPoint`` is what it says.
  public init(_ words: [String]) {
    self.words = words.map { Array($0.utf8) }
    precondition(self.words.allSatisfy { $0.count == 1 || $0.count > 2 }, "a sign has one byte or at least three")
    // What is no word of three bytes has a bit of its own, the others share what is left.
    let single = self.words.indices.filter { self.words[$0].count == 1 }
    precondition(single.count < 8, "more than seven signs of one byte")
    let groups = single.map { [$0] } + grouped(self.words.indices.filter { self.words[$0].count > 2 }, 8 - single.count)
    for (bit, group) in groups.enumerated() {
      numbers[bit] = group
      for number in group {
        let isPoint = words[number] == Self.tokenPoint
        if isPoint { pointBit = 1 << UInt8(bit) }
        for place in 0..<3 {
          for byte in UInt8.min...UInt8.max where isIn(self.words[number], place, byte, isPoint) {
            halves[place * 32 + Int(byte & 15)] |= 1 << UInt8(bit)
            halves[place * 32 + 16 + Int(byte >> 4)] |= 1 << UInt8(bit)
          }
        }
      }
    }
  }

  private func isIn(_ word: [UInt8], _ place: Int, _ byte: UInt8, _ isPoint: Bool) -> Bool {
    place < word.count ? Self.folded(byte) == word[place] : !isPoint || isTokenByte(byte)
  }

  /// The words in at most `count` groups, such that few other words are made of the bytes of one group's words: the two that
  /// cost the least become one, over and over.
  private func grouped(_ numbers: [Int], _ count: Int) -> [[Int]] {
    var groups = numbers.map { [$0] }
    func cost(_ group: [Int]) -> Int {
      (0..<3).reduce(1) { product, place in
        let bytes = group.map { words[$0][place] }
        // What passes the look-up of halves: also what has the one of one byte and the other of another.
        let lower = bytes.reduce(0) { $0 | 1 << ($1 & 15) }
        let upper = bytes.reduce(0) { $0 | 1 << ($1 >> 4) | 1 << (Self.upper($1) >> 4) }
        let passing = (UInt8(0x20)..<0x80).filter { lower >> ($0 & 15) & 1 == 1 && upper >> ($0 >> 4) & 1 == 1 }
        return product * passing.reduce(0) { $0 + Self.frequency(of: $1) }
      }
    }
    while groups.count > count {
      var best = (cost: Int.max, first: 0, second: 1)
      for first in groups.indices {
        for second in groups.indices where second > first {
          let more = cost(groups[first] + groups[second]) - cost(groups[first]) - cost(groups[second])
          if more < best.cost { best = (more, first, second) }
        }
      }
      groups[best.first] += groups.remove(at: best.second)
    }
    return groups
  }

  private static func upper(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

  /// Roughly how frequent a byte is in logs.
  private static func frequency(of byte: UInt8) -> Int {
    if "etaonirscdlmpu".utf8.contains(byte) { return 8 }
    return "bfgh-/.:\" 0123456789".utf8.contains(byte) ? 3 : 1
  }

  private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// The first word in `range` of `bytes` and its number. A word of more than three bytes that the end of `bytes` cuts off
  /// behind these counts, as does a point; another one does not.
  public func first(_ bytes: Bytes, in range: Range<Int>) -> (place: Int, word: Int)? {
    first(bytes, in: range, byTables: Self.hasTables)
  }

  /// As ``first(_:in:)``; `byTables`: as processors with AVX2 do it.
  func first(_ bytes: Bytes, in range: Range<Int>, byTables: Bool) -> (place: Int, word: Int)? {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    var index = range.lowerBound
    // A block is 32 bytes, what is looked at behind it less than 16.
    let last = Swift.min(range.upperBound - 32, bytes.count - 48)
    if byTables {
      while index <= last {
        index = unsafe bytes.withUnsafeBufferPointer { buffer in
          guard let base = buffer.baseAddress else { return index }
          return Int(unsafe kl_skip_to_sign(base, Int(index), Int(last), halves, pointBit))
        }
        guard index < range.upperBound else { return nil }
        if let word = word(bytes, at: index) { return (index, word) }
        index += 1
      }
    }
    while index < range.upperBound {
      if let word = word(bytes, at: index) { return (index, word) }
      index += 1
    }
    return nil
  }

  /// The number of the word that begins at `index`.
  func word(_ bytes: Bytes, at index: Int) -> Int? {
    var bits = bit(bytes[index], 0)
    if bits == 0 { return nil }
    bits &= index + 1 < bytes.count ? bit(bytes[index + 1], 1) : 0xFF
    bits &= index + 2 < bytes.count ? bit(bytes[index + 2], 2) : 0xFF
    while bits != 0 {
      for number in numbers[bits.trailingZeroBitCount] where stands(words[number], bytes, index) { return number }
      bits &= bits - 1
    }
    return nil
  }

  private func bit(_ byte: UInt8, _ place: Int) -> UInt8 {
    halves[place * 32 + Int(byte & 15)] & halves[place * 32 + 16 + Int(byte >> 4)]
  }

  private func stands(_ word: [UInt8], _ bytes: Bytes, _ index: Int) -> Bool {
    if word.count == 1 { return word[0] != 0x2E ? bytes[index] == word[0] : isPointOfToken(bytes, index) }
    guard index + 3 <= bytes.count else { return false }
    for offset in 0..<Swift.min(word.count, bytes.count - index)
    where Self.folded(bytes[index + offset]) != word[offset] {
      return false
    }
    return true
  }

  /// Whether six bytes of a token's alphabet stand before the point and sixteen after it, as far as there are any.
  private func isPointOfToken(_ bytes: Bytes, _ index: Int) -> Bool {
    guard bytes[index] == 0x2E, index >= 6 else { return false }
    for place in index - 6..<index where !isTokenByte(bytes[place]) { return false }
    for place in index + 1..<Swift.max(index + 1, Swift.min(index + 17, bytes.count)) where !isTokenByte(bytes[place]) {
      return false
    }
    return true
  }
}

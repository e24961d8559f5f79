package import KubelogScan

/// Walks over the `key=value` pairs of a structured klog line. Nothing is decoded or allocated.
///
/// klog quotes neither keys nor what `%+v` makes of a type, so where such a value ends is told by what comes after it:
/// the end of the line or the next `key=`. Every byte is looked at a bounded number of times, whatever stands there.
package struct KlogPairs {
  private var index: Int
  private let end: Int
  /// A value that began like JSON was none, or brackets were not closed: what follows is no longer read to the end of the
  /// line for their sake.
  private var isBroken = false

  /// The longest key that is not made of letters and digits: `%!s(int=1)`, `{name}`, `map[k:key]`.
  private static let longestOddKey = 64

  /// The pairs in `range`, which begins behind the message.
  init(_ range: Range<Int>) { (index, end) = (range.lowerBound, range.upperBound) }

  /// The next pair, nil behind the last one. What is no pair is passed over.
  package mutating func next(_ line: Bytes) -> KlogPair? {
    while index < end {
      index = line.end(of: { $0 == 0x20 || $0 == 0x0A }, from: index, to: end)
      guard index < end else { return nil }
      guard let equals = Self.keyEnd(line, from: index, to: end) else {
        index = line.end(of: { $0 != 0x20 }, from: index, to: end)
        continue
      }
      let isQuotedKey = line[index] == 0x22
      let key = isQuotedKey ? index + 1..<equals - 1 : index..<equals
      var pair = KlogPair(key: key, value: equals + 1..<end, form: .bare)
      index = readValue(line, from: equals + 1, &pair)
      return pair
    }
    return nil
  }

  /// The place of the `=` that ends the key at `start`; nil where no key begins there.
  static func keyEnd(_ line: Bytes, from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    if line[start] == 0x22 {
      let quote = line.end(of: isKeyByte, from: start + 1, to: end)
      return quote > start + 1 && quote + 1 < end && line[quote] == 0x22 && line[quote + 1] == 0x3D ? quote + 1 : nil
    }
    let plain = line.end(of: isKeyByte, from: start, to: end)
    if plain > start, plain < end, line[plain] == 0x3D { return plain }
    guard line[start] == 0x7B || line.has("%!s(", at: start) || line.has("map[", at: start) else { return nil }
    var depth = 0
    for index in start..<min(end, start + longestOddKey) {
      switch line[index] {
      case 0x28, 0x5B, 0x7B: depth += 1
      case 0x29, 0x5D, 0x7D: depth -= 1
      case 0x3D where depth == 0: return index
      case 0x22, 0x0A: return nil
      default: if depth == 0, index > start + 3 { return nil }
      }
    }
    return nil
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || byte == 0x5F || byte == 0x2D || byte == 0x2E
      || byte == 0x2F
  }

  // MARK: Values

  /// Sets form and place of the value at `start`; the place behind it.
  private mutating func readValue(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    guard start < end else { return end }
    switch line[start] {
    case 0x22: return readQuoted(line, from: start, &pair)
    case 0x3C where start + 1 == end || line[start + 1] == 0x0A: return readBlock(line, from: start + 1, &pair)
    case 0x7B, 0x5B: return readNest(line, from: start, &pair)
    case 0x26 where start + 1 < end && (line[start + 1] == 0x7B || line[start + 1] == 0x5B):
      return readStructure(line, from: start, &pair)
    case 0x6D where line.has("map[", at: start): return readStructure(line, from: start, &pair)
    default: return readBare(line, from: start, &pair)
    }
  }

  private func readQuoted(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    pair.form = .quoted
    guard let quote = GoQuote.closing(line, from: start + 1, to: end) else {
      pair.value = start + 1..<end
      pair.isCut = true
      return end
    }
    pair.value = start + 1..<quote
    return quote + 1
  }

  /// Reads lines behind tabs up to ` >`.
  private func readBlock(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    pair.form = .block
    pair.value = min(start + 1, end)..<end
    var index = start
    while index < end, line[index] == 0x0A {
      if line.has(" >", at: index + 1), index + 2 < end {
        pair.value = min(start + 1, index)..<index
        return index + 3
      }
      guard index + 1 < end, line[index + 1] == 0x09 else { break }
      index = line.first(0x0A, in: index + 1..<end) ?? end
    }
    pair.isCut = true
    pair.value = min(start + 1, index)..<index
    return index
  }

  private mutating func readNest(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    if !isBroken, isJSONLike(line, from: start) {
      if let close = jsonEnd(line, from: start), isBoundary(line, close) {
        pair.form = .json
        pair.value = start..<close
        return close
      }
      isBroken = true
    }
    return readStructure(line, from: start, &pair)
  }

  private func isJSONLike(_ line: Bytes, from start: Int) -> Bool {
    guard start + 1 < end else { return false }
    let (open, next) = (line[start], line[start + 1])
    if open == 0x7B { return next == 0x22 || next == 0x7D }
    return next == 0x5D || next == 0x5B || next == 0x7B || next == 0x22 || next == 0x2D || isDigit(next)
      || line.has("true", at: start + 1) || line.has("false", at: start + 1) || line.has("null", at: start + 1)
  }

  /// The end of the JSON object or list at `start`, nil where it is none.
  private func jsonEnd(_ line: Bytes, from start: Int) -> Int? {
    if var members = JSONMembers(line, in: start..<end) {
      while members.next(line) != nil {}
      return members.end
    }
    guard var elements = JSONElements(line, in: start..<end) else { return nil }
    while elements.next(line) != nil {}
    return elements.end
  }

  /// Reads what `%+v` printed: brackets may also stand in the texts inside, so the end is a closing bracket behind which
  /// the line ends or a pair begins, by preference the one that closes the first.
  private mutating func readStructure(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    pair.form = .structure
    // logr's PseudoStruct, `{ a="}" b=1 }`, has pairs inside, quoted as outside.
    let hasPairs = line.has("{ ", at: start)
    var (index, depth) = (start, 0)
    var fallback: Int?
    while index < end {
      switch line[index] {
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D:
        depth -= 1
        if isBoundary(line, index + 1) {
          if depth <= 0 || isBroken {
            pair.value = start..<index + 1
            return index + 1
          }
          if fallback == nil { fallback = index + 1 }
        }
      case 0x22 where hasPairs && line[index - 1] == 0x3D:
        index = GoQuote.closing(line, from: index + 1, to: end) ?? end
      default: break
      }
      index += 1
    }
    isBroken = true
    pair.value = start..<(fallback ?? end)
    pair.isCut = fallback == nil
    return pair.value.upperBound
  }

  /// Reads up to the blank behind which a pair begins.
  private func readBare(_ line: Bytes, from start: Int, _ pair: inout KlogPair) -> Int {
    var index = start
    while true {
      index = line.end(of: { $0 != 0x20 && $0 != 0x0A }, from: index, to: end)
      if isBoundary(line, index) { break }
      index += 1
    }
    pair.value = start..<index
    return index
  }

  /// Whether a value may end here: at the end, or before a blank and the next key.
  private func isBoundary(_ line: Bytes, _ place: Int) -> Bool {
    guard place < end else { return true }
    return line[place] == 0x20 && Self.keyEnd(line, from: place + 1, to: end) != nil
  }
}

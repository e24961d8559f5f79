internal import KubelogScan

/// What a recognizer sees of the text: all of it before a window's end, and no more.
///
/// A recognizer reads on as if the text ended there; whoever asked it finds out with ``wantsMore`` that the answer may be
/// another one when more is known, and asks again. So no answer depends on how the input was cut into pieces.
struct Look {
  let bytes: [UInt8]
  /// Where the text ends, or the window.
  let end: Int
  /// Whether a byte at ``end`` or behind it was asked for.
  private(set) var wantsMore = false
  /// The first byte that may turn out to be part of a secret: what stands before it may be given already.
  ///
  /// Nil: the word that was found.
  var hold: Int?

  init(_ bytes: [UInt8], end: Int) {
    self.bytes = bytes
    self.end = end
  }

  /// The byte at `index`, 0 where there is none.
  subscript(index: Int) -> UInt8 {
    mutating get {
      if index < 0 { return 0 }
      if index < end { return bytes[index] }
      wantsMore = true
      return 0
    }
  }

  /// The bytes of `range`.
  func copy(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

  /// The end of the run from `start` of bytes for which `accept` holds.
  mutating func end(of accept: (UInt8) -> Bool, from start: Int, to limit: Int = .max) -> Int {
    var index = start
    while index < limit, index < end, accept(bytes[index]) { index += 1 }
    if index == end, index < limit { wantsMore = true }
    return index
  }

  /// The start of the run before `index` of bytes for which `accept` holds, at most `count` bytes back.
  func start(of accept: (UInt8) -> Bool, before index: Int, atMost count: Int) -> Int {
    let limit = max(0, index - count)
    var start = index
    while start > limit, accept(bytes[start - 1]) { start -= 1 }
    return start
  }

  /// Whether `literal`, which is given in lower case, stands at `index` in either case.
  mutating func has(_ literal: StaticString, at index: Int) -> Bool {
    for offset in 0..<literal.utf8CodeUnitCount {
      let byte = self[index + offset]
      guard (isLetter(byte) ? byte | 0x20 : byte) == literal.utf8Start[offset] else { return false }
    }
    return true
  }

  /// Whether `literal` in either case ends before `index`.
  mutating func has(_ literal: StaticString, before index: Int) -> Bool {
    let start = index - literal.utf8CodeUnitCount
    return start >= 0 && has(literal, at: start)
  }

  /// The end of the blanks and tabs from `index`.
  mutating func afterBlanks(_ index: Int) -> Int { end(of: { $0 == 0x20 || $0 == 0x09 }, from: index) }

  /// The end of a line end at `index`, real (LF, CRLF) or written in quoted text (`\n`, `\r\n`, `\\n`); nil for none.
  mutating func afterLineEnd(_ index: Int) -> Int? {
    switch self[index] {
    case 0x0A: return index + 1
    case 0x0D:
      let next = end(of: { $0 == 0x0D }, from: index)
      return self[next] == 0x0A ? next + 1 : nil
    case 0x5C:
      let letter = end(of: { $0 == 0x5C }, from: index)
      if self[letter] == 0x6E { return letter + 1 }
      guard self[letter] == 0x72, self[letter + 1] == 0x5C else { return nil }
      let second = end(of: { $0 == 0x5C }, from: letter + 1)
      return self[second] == 0x6E ? second + 1 : nil
    default: return nil
    }
  }

  /// Where the text goes on that is broken off at `index`, by a backslash or by a window's width; nil where it is not.
  mutating func afterWrap(_ index: Int) -> Int? {
    var next = afterLineEnd(index)
    if next == nil, self[index] == 0x5C { next = afterLineEnd(index + 1) }
    return next.map { afterBlanks($0) }
  }

  /// Exactly `count` bytes from `start` for which `accept` holds, wherever they are broken into lines; nil where there are
  /// fewer.
  mutating func pieces(
    of accept: (UInt8) -> Bool, count: Int, from start: Int
  ) -> (ranges: [Range<Int>], end: Int)? {
    var (ranges, begin, missing): ([Range<Int>], Int, Int) = ([], start, count)
    while true {
      let stop = end(of: accept, from: begin, to: begin + missing)
      guard stop > begin else { return nil }
      ranges.append(begin..<stop)
      missing -= stop - begin
      if missing == 0 { return (ranges, stop) }
      guard let next = afterWrap(stop) else { return nil }
      begin = next
    }
  }

  /// The run from `start` of bytes for which `accept` holds, and the lines after it that are nothing but its continuation,
  /// as long as `goesOn` says of the bytes so far that more must come.
  mutating func pieces(
    of accept: (UInt8) -> Bool, from start: Int, goesOn: ([Range<Int>]) -> Bool
  ) -> [Range<Int>] {
    var (ranges, begin): ([Range<Int>], Int) = ([], start)
    while true {
      let stop = end(of: accept, from: begin)
      guard stop > begin else { return ranges }
      ranges.append(begin..<stop)
      guard ranges.count < 2000, stop - lineStart(begin) >= 40, goesOn(ranges), let next = afterWrap(stop) else {
        return ranges
      }
      let last = end(of: accept, from: next)
      guard last > next, endsLine(last) else { return ranges }
      begin = next
    }
  }

  /// Whether the line ends at `index`, blanks, commas, quotes and brackets aside; also where the text does.
  mutating func endsLine(_ index: Int) -> Bool {
    let next = end(of: { " \t\r,\"'])}".utf8.contains($0) }, from: index)
    return next >= end || afterLineEnd(next) != nil || (self[next] == 0x5C && isQuote(self[next + 1]))
  }

  /// The end of the line, real or written, that goes on at `index`, and the beginning of the next.
  mutating func line(from index: Int) -> (end: Int, next: Int) {
    var place = index
    while true {
      place = end(of: { $0 != 0x0A && $0 != 0x0D && $0 != 0x5C }, from: place)
      if let next = afterLineEnd(place) { return (place, next) }
      if place >= end { return (place, place) }
      place += 1
    }
  }

  /// The first place of `literal` in `range`.
  func first(_ literal: StaticString, in range: Range<Int>) -> Int? { bytes.span.first(literal, in: range) }

  /// The last place of `literal`, given in lower case, before `index`, at most `count` bytes back.
  mutating func last(_ literal: StaticString, before index: Int, atMost count: Int) -> Int? {
    var place = index - literal.utf8CodeUnitCount
    let limit = max(0, index - count)
    while place >= limit {
      if bytes[place] | 0x20 == literal.utf8Start[0], has(literal, at: place) { return place }
      place -= 1
    }
    return nil
  }

  /// Where the line begins that `index` stands in, real or written; at most a screen's worth of lines back.
  func lineStart(_ index: Int) -> Int {
    var start = index
    let limit = max(0, index - 4096)
    while start > limit {
      if bytes[start - 1] == 0x0A { return start }
      if bytes[start - 1] == 0x6E, start > 1, bytes[start - 2] == 0x5C { return start }
      start -= 1
    }
    return start
  }

  /// Whether what stands before `index` on its line is nothing, or what a wrapper of logs puts there: a stamp, a name with
  /// a colon, a bar.
  func followsPrefix(_ index: Int) -> Bool {
    let line = lineStart(index)
    var place = index
    while place > line, " \t\"'".utf8.contains(bytes[place - 1]) { place -= 1 }
    guard place > line, place < index else { return place == line }
    if ":|])>ZF,[".utf8.contains(bytes[place - 1]) { return true }
    var clock = start(of: isDigit, before: place, atMost: 9)
    if clock > line, bytes[clock - 1] == 0x2E || bytes[clock - 1] == 0x2C {
      clock = start(of: isDigit, before: clock - 1, atMost: 2)
    }
    return clock < place && clock > line && bytes[clock - 1] == 0x3A
  }
}

/// An ASCII letter.
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

/// A single or double quote.
func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

/// The alphabet of base64 (RFC 4648, section 4).
func isBase64Byte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x2B || byte == 0x2F }

/// The alphabet of base64 in web tokens (RFC 4648, section 5).
func isBase64URLByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x2D || byte == 0x5F }

/// What a variable, a flag or a member is named with.
func isNameByte(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x2D || byte == 0x5F }

internal import KubelogScan

/// A value behind its name: `--token=abc`, `token: abc`, `"token": "abc"`, `\"token\":\"abc\"`, `"--token", "abc"`.
struct NamedValue {
  /// What stands between the name and the value.
  enum Separator { case equals, colon, blank }

  var separator: Separator
  /// Where the value begins, behind its quote.
  var start: Int
  /// The quote that it stands in, 0 for none, and the number of backslashes before that.
  var quote: UInt8
  var depth: Int

  /// The value of the name that ends before `end`; only what is a flag takes its value after a blank or a line end.
  init?(_ look: inout Look, after end: Int, isFlag: Bool) {
    let name = Self.afterQuote(&look, end)?.end ?? end
    let next = look.afterBlanks(name)
    var index: Int
    switch look[next] {
    case 0x3D, 0x3A:
      separator = look[next] == 0x3D ? .equals : .colon
      // `:=` assigns; Lists are `=[x]`, `:[x]`, `: [x]`.
      index = look.end(of: { $0 == 0x3D || $0 == 0x5B || $0 == 0x20 }, from: next + 1)
    case 0x2C where isFlag && name > end:
      (separator, index) = (.blank, look.afterWrap(next + 1) ?? next + 1)
    default:
      if let value = Self.afterValueKey(&look, next) {
        (separator, index) = (.colon, value)
      } else if isFlag, name == end, let wrapped = look.afterWrap(next) {
        (separator, index) = (.blank, wrapped)
      } else if isFlag, name == end, next > name {
        (separator, index) = (.blank, next)
      } else {
        return nil
      }
    }
    index = look.afterBlanks(index)
    if let opening = Self.afterQuote(&look, index) {
      (quote, depth, start) = (opening.quote, opening.depth, opening.end)
    } else {
      (quote, depth, start) = (0, 0, index)
    }
  }

  /// The end of a quote at `index`, with the backslashes before it; nil where there is none.
  private static func afterQuote(_ look: inout Look, _ index: Int) -> (quote: UInt8, depth: Int, end: Int)? {
    let place = look.end(of: { $0 == 0x5C }, from: index, to: index + 8)
    guard isQuote(look[place]) else { return nil }
    return (look[place], place - index, place + 1)
  }

  /// The end of `value:` on the next line, or of `,"value":` on the same, as in a container's environment.
  private static func afterValueKey(_ look: inout Look, _ index: Int) -> Int? {
    guard ",\n\r\\".utf8.contains(look[index]) else { return nil }
    var place = look.end(of: { $0 == 0x2C }, from: index)
    while let next = look.afterLineEnd(place) { place = next }
    place = look.afterBlanks(place)
    place = afterQuote(&look, place)?.end ?? place
    guard look.has("value", at: place) else { return nil }
    place = afterQuote(&look, place + 5)?.end ?? place + 5
    place = look.afterBlanks(place)
    return look[place] == 0x3A ? place + 1 : nil
  }

  /// The bytes of the value: to its closing quote, or as far as a word goes; `isShell`: also brackets and commas are part
  /// of the word. A backslash and a line end inside a word are no part of it: then it has several pieces.
  func pieces(_ look: inout Look, isShell: Bool) -> [Range<Int>] {
    if quote != 0 {
      let end = closingQuote(&look)
      return end > start ? [start..<end] : []
    }
    var (pieces, begin): ([Range<Int>], Int) = ([], start)
    while true {
      let end = look.end(of: { isShell ? Self.isShellByte($0) : Self.isPlainByte($0) }, from: begin)
      if end > begin { pieces.append(begin..<end) }
      guard look[end] == 0x5C, pieces.count < 64 else { break }
      // A backslash is part of a word unless it escapes a quote or stands for a line end.
      let next = look[end + 1]
      if next == 0x0A || next == 0x0D, end > begin, let line = look.afterLineEnd(end + 1), Self.isShellByte(look[line])
      {
        begin = line
      } else if next > 0x20, !isQuote(next), next != 0x5C, look.afterLineEnd(end) == nil, next != 0x72, next != 0x74 {
        pieces.append(end..<end + 1)
        begin = end + 1
      } else {
        break
      }
    }
    // A comma behind a word is no part of it.
    if let last = pieces.last, look[last.upperBound - 1] == 0x2C, look[last.upperBound] <= 0x20 {
      pieces[pieces.count - 1] = last.lowerBound..<last.upperBound - 1
    }
    return Self.joined(pieces).filter { !$0.isEmpty }
  }

  /// Neighbouring ranges as one.
  private static func joined(_ pieces: [Range<Int>]) -> [Range<Int>] {
    pieces.reduce(into: []) { joined, piece in
      if let last = joined.last, last.upperBound == piece.lowerBound {
        joined[joined.count - 1] = last.lowerBound..<piece.upperBound
      } else {
        joined.append(piece)
      }
    }
  }

  /// The place of the quote that closes the value, with its backslashes; the line's end where there is none.
  private func closingQuote(_ look: inout Look) -> Int {
    var index = start
    while true {
      index = look.end(of: { $0 != quote && $0 != 0x5C && $0 != 0x0A }, from: index)
      let mark = look.end(of: { $0 == 0x5C }, from: index)
      if look[mark] == quote {
        if mark - index <= depth { return index }
        index = mark + 1
      } else if mark > index {
        index = mark
      } else {
        return index
      }
    }
  }

  private static func isShellByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !isQuote(byte) && !";|&<>`\\".utf8.contains(byte)
  }

  private static func isPlainByte(_ byte: UInt8) -> Bool {
    isShellByte(byte) && !",)]}".utf8.contains(byte)
  }
}

/// Whether a value is none: a variable, a placeholder, a word for nothing, or what was masked before.
func isPlaceholder(_ value: [UInt8]) -> Bool {
  guard let first = value.first, let last = value.last else { return true }
  if first == 0x3C && last == 0x3E
    || value.count > 2 && "*xX.-_".utf8.contains(first) && value.allSatisfy({ $0 == first })
  {
    return true
  }
  // `9vr73a.****************`
  if value.count == 23, value[6] == 0x2E, value.suffix(16).allSatisfy({ $0 == 0x2A }) { return true }
  if first == 0x24 {
    return value.dropFirst().allSatisfy { isNameByte($0) || $0 == 0x7B || $0 == 0x7D || $0 == 0x28 || $0 == 0x29 }
  }
  let text = String(decoding: value, as: UTF8.self).lowercased()
  return text.hasPrefix("{{") || text.contains("redacted") || text.contains("masked")
    || ["string", "null", "none", "nil", "true", "false", "yes", "no", "required", "stdin"].contains(text)
}

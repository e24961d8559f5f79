internal import KubelogScan

/// Finds the addresses of a line: of IPv4, IPv6 and hardware; and knows what only looks like one.
struct Addresses {
  private var pseudonyms: AddressPseudonyms

  init(_ digest: KeyedDigest) { pseudonyms = AddressPseudonyms(digest) }

  /// What stands at a place.
  enum Finding {
    /// Something that is replaced.
    case mask(Mask)
    /// An address, or what looks like one, that stays; nothing in it is looked at again.
    case stays(end: Int)
  }

  /// What begins at `start`, the beginning of a word or a colon, in the line that ends at `end`; nil for no address.
  mutating func find(_ text: [UInt8], at start: Int, line: Range<Int>) -> Finding? {
    // The first group decides: digits and a point, or at most four hexadecimal digits and a colon.
    var index = start
    while index < line.upperBound, index - start < 5, isHexByte(text[index]) { index += 1 }
    guard index < line.upperBound else { return nil }
    if text[index] == 0x2E, index > start, index - start < 4, isDigit(text[start]) {
      return shortAddress(text, at: start, line)
    }
    guard text[index] == 0x3A, index - start < 5 else { return nil }
    return longAddress(text, at: start, line)
  }

  // MARK: IPv4

  private mutating func shortAddress(_ text: [UInt8], at start: Int, _ line: Range<Int>) -> Finding? {
    var end = start
    while end < line.upperBound, isDigit(text[end]) || text[end] == 0x2E { end += 1 }
    while text[end - 1] == 0x2E { end -= 1 }
    // `1.2.3.4` in `0.1.2.3.4` is none.
    if start > line.lowerBound, text[start - 1] == 0x2E, start - 1 > line.lowerBound, isDigit(text[start - 2]) {
      return .stays(end: end)
    }
    guard let address = IPv4Address(text, start..<end) else { return .stays(end: end) }
    if address.isPublic || isVersion(text, start..<end, line, first: address.octets[0]) { return .stays(end: end) }
    return .mask(Mask(range: start..<end, text: pseudonyms.text(for: address)))
  }

  /// Whether four numbers are a version or an object identifier: `v1.22.4.1`, `version "1.22.4.1"`, `cni-1.2.3.4`,
  /// `5.4.0.42-generic`, `2.5.29.17`. A number under 10 begins it; one that begins with 1 is an address only where something
  /// says so, since hardly any host has such a one and many versions do.
  private func isVersion(_ text: [UInt8], _ range: Range<Int>, _ line: Range<Int>, first: UInt8) -> Bool {
    guard first < 10 else { return false }
    let after = range.upperBound < line.upperBound ? text[range.upperBound] : 0
    let next = range.upperBound + 1 < line.upperBound ? text[range.upperBound + 1] : 0
    if after == 0x3A || after == 0x2F, isDigit(next) { return false }
    if after == 0x2E, isLetter(next) { return false }
    var place = range.lowerBound
    while place > line.lowerBound, " \t\"'\\:=(".utf8.contains(text[place - 1]) { place -= 1 }
    let word = text[max(line.lowerBound, place - 8)..<place].map { isLetter($0) ? $0 | 0x20 : $0 }
    if word.suffix(7).elementsEqual("version".utf8) || text.span.has("2.5.29.", at: range.lowerBound) { return true }
    let before = range.lowerBound > line.lowerBound ? text[range.lowerBound - 1] : 0
    if before == 0x2D || before == 0x5F || isLetter(before) && place == range.lowerBound { return true }
    if "-_+~".utf8.contains(after), isLetter(next) || isDigit(next) { return true }
    guard first == 1 else { return false }
    return
      !("/@[,".utf8.contains(before)
      || ["ip", "addr", "address", "host", "endpoint", "server", "peer", "from", "to", "tcp", "udp", "on"]
        .contains { word.reversed().starts(with: $0.utf8.reversed()) })
  }

  // MARK: IPv6 and hardware

  private mutating func longAddress(_ text: [UInt8], at start: Int, _ line: Range<Int>) -> Finding? {
    // No address is longer.
    let limit = min(line.upperBound, start + 50)
    var end = start
    while end < limit, isHexByte(text[end]) || text[end] == 0x3A || text[end] == 0x2E { end += 1 }
    let run = end
    while end > start, text[end - 1] == 0x2E || text[end - 1] == 0x3A && (end - start < 2 || text[end - 2] != 0x3A) {
      end -= 1
    }
    guard end - start >= 2, isApart(text, start, line), end < run || run == line.upperBound || !isNameByte(text[run])
    else { return nil }
    if let point = text[start..<end].firstIndex(of: 0x2E) {
      // `::ffff:10.0.0.1`, and `1::2.` of anything else: the rest is looked at by itself.
      guard let colon = text[start..<point].lastIndex(of: 0x3A), colon > start, text[start..<colon].contains(0x3A),
        IPv4Address(text, colon + 1..<end) != nil
      else { return nil }
      return .stays(end: colon + 1)
    }
    if let finding = hardware(text, start..<end) { return finding }
    guard let address = IPv6Address(text, start..<end) else { return nil }
    if address.isPublic { return .stays(end: end) }
    return .mask(Mask(range: start..<end, text: pseudonyms.text(for: address)))
  }

  /// Whether an address may begin at `start`: not after a word with a colon that could be its beginning.
  private func isApart(_ text: [UInt8], _ start: Int, _ line: Range<Int>) -> Bool {
    guard start > line.lowerBound, text[start - 1] == 0x3A else { return true }
    guard start - 1 > line.lowerBound else { return false }
    var word = start - 1
    while word > line.lowerBound, isHexByte(text[word - 1]) { word -= 1 }
    return word > line.lowerBound && isNameByte(text[word - 1]) || word == start - 1 && text[word - 1] != 0x3A
      || start - 1 - word > 4
  }

  /// `52:54:00:12:34:56`, which is no part of a longer fingerprint.
  private func hardware(_ text: [UInt8], _ range: Range<Int>) -> Finding? {
    guard range.count == 17, stride(from: 2, to: 17, by: 3).allSatisfy({ text[range.lowerBound + $0] == 0x3A }),
      text[range].count(where: { $0 == 0x3A }) == 5
    else { return nil }
    let bytes = stride(from: range.lowerBound, to: range.upperBound, by: 3).map {
      hexValue(text[$0]) << 4 | hexValue(text[$0 + 1])
    }
    if bytes.allSatisfy({ $0 == 0 }) || bytes.allSatisfy({ $0 == 0xFF }) || bytes.starts(with: [0xF2, 0]) {
      return .stays(end: range.upperBound)
    }
    return .mask(Mask(range: range, text: pseudonyms.text(forHardware: bytes)))
  }
}

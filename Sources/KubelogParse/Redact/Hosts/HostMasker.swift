public import KubelogScan

/// Puts pseudonyms in the place of addresses and of the names of hosts as a text streams by; everything else is given byte
/// for byte.
///
/// Addresses are known by their shape. Names are not: one is masked from the line on in which it first stood where nothing
/// else stands (``HostPlaces``). What was learned from one text serves for the next ones; so a text may be learned from
/// first and masked then. It is given line by line.
public struct HostMasker {
  /// How long a line is read as a whole; a longer one is cut where no word is, as if it were several.
  public static let longest = 64 << 10

  private var names: HostNames
  private var addresses: Addresses
  private var places = HostPlaces()
  /// What was not looked at: at most one line that is not complete, between two calls.
  private var text: [UInt8] = []
  /// Up to where there is no line end in it.
  private var searched = 0

  /// Whether it learns while it masks; needless where all that follows was learned from already.
  public var isLearning = true

  /// A masker that knows no names. Those with the same key have the same pseudonyms.
  public init(digest: KeyedDigest) {
    names = HostNames(digest)
    addresses = Addresses(digest)
  }

  /// Learns the names of a text's next chunk, and gives nothing.
  public mutating func learn(_ chunk: Bytes) {
    text.append(chunk)
    advance(isOver: false, masking: false) { _ in }
  }

  /// The text to learn from is over.
  public mutating func finishLearning() { advance(isOver: true, masking: false) { _ in } }

  /// Takes the next chunk; `body` gets what is complete.
  public mutating func feed(_ chunk: Bytes, _ body: (Bytes) throws -> Void) rethrows {
    text.append(chunk)
    try advance(isOver: false, masking: true, body)
  }

  /// The text is over: gives what was held back.
  public mutating func finish(_ body: (Bytes) throws -> Void) rethrows {
    try advance(isOver: true, masking: true, body)
  }

  private mutating func advance(isOver: Bool, masking: Bool, _ body: (Bytes) throws -> Void) rethrows {
    var from = searched
    var start = 0
    var out: [UInt8] = []
    if masking { out.reserveCapacity(text.count + 256) }
    while start < text.count {
      var end: Int
      if let line = text.span.first(0x0A, in: max(start, from)..<text.count), line - start < Self.longest {
        end = line + 1
      } else if text.count - start > Self.longest {
        end = Self.cut(text, start)
      } else if isOver {
        end = text.count
      } else {
        break
      }
      if isLearning || !masking { places.learn(text, start..<end, into: &names) }
      if masking { mask(start..<end, &out) }
      start = end
      from = start
    }
    text.removeSubrange(..<start)
    searched = text.count
    if !out.isEmpty { try body(out.span) }
  }

  /// Where a line from `start` that is too long is cut: behind its last byte that is in no word.
  private static func cut(_ text: [UInt8], _ start: Int) -> Int {
    var end = start + longest
    while end > start + longest / 2, isNameByte(text[end - 1]) || ".:@%[".utf8.contains(text[end - 1]) { end -= 1 }
    return end > start + longest / 2 ? end : start + longest
  }

  private mutating func mask(_ line: Range<Int>, _ out: inout [UInt8]) {
    var (given, index) = (line.lowerBound, line.lowerBound)
    while index < line.upperBound {
      let byte = text[index]
      guard isLetter(byte) || isDigit(byte) else {
        if byte == 0x3A, index + 1 < line.upperBound, text[index + 1] == 0x3A {
          if case .mask(let mask)? = addresses.find(text, at: index, line: line) {
            replace(mask, &given, &index, &out)
            continue
          }
        }
        index += 1
        continue
      }
      switch found(at: index, line) {
      case .mask(let mask)?: replace(mask, &given, &index, &out)
      case .stays(let end)?: index = end
      case nil:
        let start = Self.afterEscape(text, index, line)
        index =
          start > index ? start : text.span.end(of: { isLetter($0) || isDigit($0) }, from: index, to: line.upperBound)
      }
    }
    text.span.append(given..<line.upperBound, to: &out)
  }

  private mutating func found(at index: Int, _ line: Range<Int>) -> Addresses.Finding? {
    if isHexByte(text[index]), let found = addresses.find(text, at: index, line: line) { return found }
    if let mask = names.mask(text, at: index, end: line.upperBound) { return .mask(mask) }
    return cloudName(at: index, line).map { .mask($0) }
  }

  /// `ip-10-0-0-1.ec2.internal`: a name that is an address.
  private func cloudName(at start: Int, _ line: Range<Int>) -> Mask? {
    guard text[start] == 0x69, text.span.has("ip-", at: start) else { return nil }
    let end = text.span.end(of: { isNameByte($0) || $0 == 0x2E }, from: start, to: line.upperBound)
    let label = text.span.end(of: { isDigit($0) || $0 == 0x2D }, from: start + 3, to: end)
    guard IPv4Address(text[(start + 3)..<label].map { $0 == 0x2D ? 0x2E : $0 }, 0..<label - start - 3) != nil,
      let name = HostName(text, start..<end)
    else { return nil }
    return Mask(range: start..<start + name.bytes.count, text: names.pseudonyms.text(for: name))
  }

  private func replace(_ mask: Mask, _ given: inout Int, _ index: inout Int, _ out: inout [UInt8]) {
    text.span.append(given..<mask.range.lowerBound, to: &out)
    out += mask.text
    (given, index) = (mask.range.upperBound, mask.range.upperBound)
  }

  /// Where a word begins that an escape runs into: `\ncp1` in quoted text, `ESC[0mcp1` on a terminal; `index` for none.
  private static func afterEscape(_ text: [UInt8], _ index: Int, _ line: Range<Int>) -> Int {
    guard index > line.lowerBound else { return index }
    if text[index - 1] == 0x5C {
      return "nrtu".utf8.contains(text[index]) ? index + (text[index] == 0x75 ? 5 : 1) : index
    }
    guard text[index - 1] == 0x5B || text[index - 1] == 0x3B else { return index }
    let letter = text.span.end(of: isDigit, from: index, to: line.upperBound)
    return letter < line.upperBound && text[letter] == 0x6D ? letter + 1 : index
  }
}

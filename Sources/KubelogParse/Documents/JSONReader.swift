internal import KubelogScan

/// Reads a JSON text as far as it goes.
///
/// Also what `kubectl -o kyaml` (1.34 and later) writes beyond JSON, which is YAML's flow style: names without quotes,
/// a comma before a closing bracket, `#` comments, a backslash at the end of a line within a text. Bytes that are no
/// UTF-8 and halves of surrogate pairs become U+FFFD.
struct JSONReader {
  private var index: Int
  private let limit: Int
  private var isWhole = true
  private var decoded: [UInt8] = []

  /// The value that `range` begins with; nil where there is none at all.
  ///
  /// `isWhole` is false where it was cut or is wrong somewhere: then it holds what stood before that.
  static func read(_ bytes: Bytes, in range: Range<Int>) -> (document: Document, isWhole: Bool)? {
    var reader = JSONReader(index: range.lowerBound, limit: range.upperBound)
    guard let document = reader.value(bytes, depth: 0) else { return nil }
    return (document, reader.isWhole)
  }

  private init(index: Int, limit: Int) {
    self.index = index
    self.limit = limit
  }

  private mutating func value(_ bytes: Bytes, depth: Int) -> Document? {
    skip(bytes)
    guard index < limit else { return wrong() }
    switch bytes[index] {
    case 0x7B, 0x5B:
      guard depth < Document.deepest else { return tooDeep(bytes) }
      return bytes[index] == 0x7B ? object(bytes, depth: depth + 1) : list(bytes, depth: depth + 1)
    case 0x22: return quoted(bytes).map { .text($0) }
    default: return plain(bytes)
    }
  }

  private mutating func object(_ bytes: Bytes, depth: Int) -> Document {
    var members: [Document.Member] = []
    index += 1
    while let byte = next(bytes, closing: 0x7D) {
      guard let name = byte == 0x22 ? quoted(bytes) : bareName(bytes) else { break }
      skip(bytes)
      guard index < limit, bytes[index] == 0x3A else {
        isWhole = false
        break
      }
      index += 1
      guard let value = value(bytes, depth: depth) else { break }
      members.append(Document.Member(name: name, value: value))
      guard isWhole else { break }
    }
    return .object(members)
  }

  private mutating func list(_ bytes: Bytes, depth: Int) -> Document {
    var elements: [Document] = []
    index += 1
    while next(bytes, closing: 0x5D) != nil {
      guard let value = value(bytes, depth: depth) else { break }
      elements.append(value)
      guard isWhole else { break }
    }
    return .list(elements)
  }

  /// The first byte of the next member or element; nil behind the closing bracket and where the text is cut.
  private mutating func next(_ bytes: Bytes, closing: UInt8) -> UInt8? {
    skip(bytes)
    if index < limit, bytes[index] == 0x2C {
      index += 1
      skip(bytes)
    }
    guard index < limit else { return wrong() }
    guard bytes[index] == closing else { return bytes[index] }
    index += 1
    return nil
  }

  private mutating func quoted(_ bytes: Bytes) -> String? {
    guard let end = bytes.jsonTextEnd(from: index + 1, to: limit) else { return wrong() }
    let range = index + 1..<end
    index = end + 1
    guard bytes.first(0x5C, in: range) != nil else { return bytes.text(range) }
    decoded.removeAll(keepingCapacity: true)
    bytes.decodeJSONText(range, into: &decoded)
    return String(decoding: decoded, as: UTF8.self)
  }

  private mutating func bareName(_ bytes: Bytes) -> String? {
    let end = bytes.end(of: isBareJSONByte, from: index, to: limit)
    guard end > index, end < limit else { return wrong() }
    defer { index = end }
    return bytes.text(index..<end)
  }

  private mutating func plain(_ bytes: Bytes) -> Document? {
    let end = bytes.end(of: isBareJSONByte, from: index, to: limit)
    // A number or a word that the end of the text cuts may be a longer one.
    guard end < limit, let value = Document(plain: bytes, index..<end) else { return wrong() }
    index = end
    return value
  }

  private mutating func tooDeep(_ bytes: Bytes) -> Document? {
    guard let end = bytes.jsonNestEnd(from: index, to: limit) else { return wrong() }
    index = end
    return .null
  }

  /// Skips blanks, line ends and comments.
  private mutating func skip(_ bytes: Bytes) {
    index = bytes.skippingJSONBlanks(from: index, to: limit)
    while index < limit, bytes[index] == 0x23 {
      index = bytes.first(0x0A, in: index..<limit) ?? limit
      index = bytes.skippingJSONBlanks(from: index, to: limit)
    }
  }

  private mutating func wrong<T>() -> T? {
    isWhole = false
    index = limit
    return nil
  }
}

/// What names without quotes, numbers and `true`, `false`, `null` are made of.
func isBareJSONByte(_ byte: UInt8) -> Bool {
  isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte == 0x2D || byte == 0x2B || byte == 0x2E || byte == 0x2F
    || byte == 0x5F || byte >= 0x80
}

extension Document {
  /// The value of a word without quotes: `null`, `true`, `false` or a number as JSON has it; nil for any other.
  init?(plain bytes: Bytes, _ range: Range<Int>) {
    guard let first = range.first else { return nil }
    switch bytes[first] {
    case 0x6E where bytes.fills(range, "null"): self = .null
    case 0x74 where bytes.fills(range, "true"): self = .bool(true)
    case 0x66 where bytes.fills(range, "false"): self = .bool(false)
    case 0x2D, 0x30...0x39:
      guard Self.isNumber(bytes, range), let number = Double(bytes.text(range)) else { return nil }
      self = .number(number)
    default: return nil
    }
  }

  private static func isNumber(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    func digits() -> Bool {
      let end = bytes.end(of: isDigit, from: index, to: range.upperBound)
      defer { index = end }
      return end > index
    }
    if bytes[index] == 0x2D { index += 1 }
    guard digits() else { return false }
    if index < range.upperBound, bytes[index] == 0x2E {
      index += 1
      guard digits() else { return false }
    }
    if index < range.upperBound, bytes[index] | 0x20 == 0x65 {
      index += 1
      if index < range.upperBound, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
      guard digits() else { return false }
    }
    return index == range.upperBound
  }
}

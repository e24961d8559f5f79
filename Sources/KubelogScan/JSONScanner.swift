/// What a JSON value is, told by its first byte.
public enum JSONKind: Sendable, Equatable {
  case text, number, bool, null, object, list

  /// The kind of a value that begins with `byte`; nil where none does.
  @inlinable
  public init?(_ byte: UInt8) {
    switch byte {
    case 0x22: self = .text
    case 0x7B: self = .object
    case 0x5B: self = .list
    case 0x74, 0x66: self = .bool
    case 0x6E: self = .null
    case 0x2D, 0x30...0x39: self = .number
    default: return nil
    }
  }
}

/// Where a value stands.
public struct JSONValue: Sendable, Equatable {
  /// What it is.
  public var kind: JSONKind
  /// Its bytes: of a text what is between its quotes (escapes as they stand), of anything else all of it.
  public var range: Range<Int>

  /// A value at its place.
  @inlinable
  public init(kind: JSONKind, range: Range<Int>) {
    self.kind = kind
    self.range = range
  }
}

/// One member of an object.
public struct JSONMember: Sendable, Equatable {
  /// The name without its quotes, escapes as they stand.
  public var name: Range<Int>
  /// What it holds.
  public var value: JSONValue

  /// A member at its place.
  @inlinable
  public init(name: Range<Int>, value: JSONValue) {
    self.name = name
    self.value = value
  }
}

/// Walks over the members of one object (RFC 8259) without decoding any: what is not asked for costs only its skipping.
///
///     guard var members = JSONMembers(line, in: 0..<line.count) else { return }
///     while let member = members.next(line) {
///       if line.fills(member.name, "MESSAGE") { … }
///     }
///     // members.end: where the object ended; nil where it was cut or is no JSON
///
/// A name that stands twice comes twice. Bytes that are no UTF-8 are passed over like any others.
public struct JSONMembers: Sendable {
  /// Behind the closing brace, once that was reached.
  public private(set) var end: Int?
  private var index: Int
  private let limit: Int
  private var isFirst = true

  /// The object that begins at the first byte of `range` that is not blank; nil where that is no `{`.
  public init?(_ bytes: Bytes, in range: Range<Int>) {
    let start = bytes.skippingJSONBlanks(from: range.lowerBound, to: range.upperBound)
    guard start < range.upperBound, bytes[start] == 0x7B else { return nil }
    index = start + 1
    limit = range.upperBound
  }

  /// The next member; nil at the end, and where the text is cut or wrong: then ``end`` stays nil.
  public mutating func next(_ bytes: Bytes) -> JSONMember? {
    guard end == nil else { return nil }
    index = bytes.skippingJSONBlanks(from: index, to: limit)
    guard index < limit else { return nil }
    if bytes[index] == 0x7D {
      end = index + 1
      return nil
    }
    if !isFirst {
      guard bytes[index] == 0x2C else { return fail() }
      index = bytes.skippingJSONBlanks(from: index + 1, to: limit)
    }
    isFirst = false
    guard index < limit, bytes[index] == 0x22, let nameEnd = bytes.jsonTextEnd(from: index + 1, to: limit) else {
      return fail()
    }
    let name = index + 1..<nameEnd
    index = bytes.skippingJSONBlanks(from: nameEnd + 1, to: limit)
    guard index < limit, bytes[index] == 0x3A, let found = bytes.jsonValue(from: index + 1, to: limit) else {
      return fail()
    }
    index = found.end
    return JSONMember(name: name, value: found.value)
  }

  private mutating func fail() -> JSONMember? {
    index = limit
    return nil
  }
}

/// Walks over the elements of one list, as ``JSONMembers`` does over an object.
public struct JSONElements: Sendable {
  /// Behind the closing bracket, once that was reached.
  public private(set) var end: Int?
  private var index: Int
  private let limit: Int
  private var isFirst = true

  /// The list that begins at the first byte of `range` that is not blank; nil where that is no `[`.
  public init?(_ bytes: Bytes, in range: Range<Int>) {
    let start = bytes.skippingJSONBlanks(from: range.lowerBound, to: range.upperBound)
    guard start < range.upperBound, bytes[start] == 0x5B else { return nil }
    index = start + 1
    limit = range.upperBound
  }

  /// The next element; nil at the end, and where the text is cut or wrong: then ``end`` stays nil.
  public mutating func next(_ bytes: Bytes) -> JSONValue? {
    guard end == nil else { return nil }
    index = bytes.skippingJSONBlanks(from: index, to: limit)
    guard index < limit else { return nil }
    if bytes[index] == 0x5D {
      end = index + 1
      return nil
    }
    if !isFirst {
      guard bytes[index] == 0x2C else { return fail() }
      index += 1
    }
    isFirst = false
    guard let found = bytes.jsonValue(from: index, to: limit) else { return fail() }
    index = found.end
    return found.value
  }

  private mutating func fail() -> JSONValue? {
    index = limit
    return nil
  }
}

extension Span where Element == UInt8 {
  /// Whether `range` holds `literal` and nothing else.
  public func fills(_ range: Range<Int>, _ literal: StaticString) -> Bool {
    range.count == literal.utf8CodeUnitCount && has(literal, at: range.lowerBound)
  }

  /// The value that begins after blanks at `offset`, and the place behind it; nil where there is none or it is cut.
  ///
  /// Of objects and lists only strings and nesting are looked at; a number or a word ends at the next separator.
  public func jsonValue(from offset: Int, to limit: Int) -> (value: JSONValue, end: Int)? {
    let start = skippingJSONBlanks(from: offset, to: limit)
    guard start < limit, let kind = JSONKind(self[start]) else { return nil }
    switch kind {
    case .text:
      guard let end = jsonTextEnd(from: start + 1, to: limit) else { return nil }
      return (JSONValue(kind: .text, range: start + 1..<end), end + 1)
    case .object, .list:
      guard let end = jsonNestEnd(from: start, to: limit) else { return nil }
      return (JSONValue(kind: kind, range: start..<end), end)
    case .number, .bool, .null:
      let end = end(of: { !isJSONBlank($0) && $0 != 0x2C && $0 != 0x7D && $0 != 0x5D }, from: start, to: limit)
      return (JSONValue(kind: kind, range: start..<end), end)
    }
  }

  /// The place of the quote that closes a string whose first byte is at `offset`; nil where it is cut.
  public func jsonTextEnd(from offset: Int, to limit: Int) -> Int? {
    var from = offset
    while from < limit, let quote = first(0x22, in: from..<limit) {
      var before = quote
      while before > offset, self[before - 1] == 0x5C { before -= 1 }
      if (quote - before) & 1 == 0 { return quote }
      from = quote + 1
    }
    return nil
  }

  /// The place behind the bracket that closes the object or list at `offset`; nil where it is cut.
  public func jsonNestEnd(from offset: Int, to limit: Int) -> Int? {
    var (index, depth) = (offset, 0)
    while index < limit {
      switch self[index] {
      case 0x22:
        guard let end = jsonTextEnd(from: index + 1, to: limit) else { return nil }
        index = end
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D:
        depth -= 1
        if depth <= 0 { return index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The first place from `offset` that holds no blank, tab or line end.
  @inlinable
  public func skippingJSONBlanks(from offset: Int, to limit: Int) -> Int {
    end(of: isJSONBlank, from: offset, to: limit)
  }

  /// Appends what a string means whose bytes between the quotes are `range`.
  ///
  /// Escapes are those of JSON and those of YAML's double quotes (KYAML), among them `\x41`, `\e` and a backslash at the
  /// end of a line, which takes the line end and the blanks after it away. Half of a surrogate pair becomes U+FFFD; an
  /// escape that is none stays as it stands; bytes that are no UTF-8 are passed on.
  public func decodeJSONText(_ range: Range<Int>, into out: inout [UInt8]) {
    var index = range.lowerBound
    while index < range.upperBound {
      let plain = first(0x5C, in: index..<range.upperBound) ?? range.upperBound
      append(index..<plain, to: &out)
      guard plain + 1 < range.upperBound else {
        append(plain..<range.upperBound, to: &out)
        return
      }
      index = decodeJSONEscape(at: plain + 1, to: range.upperBound, into: &out)
    }
  }

  /// Appends the bytes of a list of numbers: how journalctl writes a field that is no text (`[27,91,51,49,109]`).
  ///
  /// False, and nothing appended, where an element is no number from 0 to 255 or the list is cut.
  public func decodeJSONBytes(_ range: Range<Int>, into out: inout [UInt8]) -> Bool {
    guard var elements = JSONElements(self, in: range) else { return false }
    let before = out.count
    while let element = elements.next(self) {
      guard element.kind == .number, let number = decimal(element.range), number < 256 else {
        out.removeLast(out.count - before)
        return false
      }
      out.append(UInt8(number))
    }
    guard elements.end != nil else {
      out.removeLast(out.count - before)
      return false
    }
    return true
  }

  // MARK: Escapes

  /// Decodes the escape whose letter, after the backslash, is at `index`; the place behind it.
  private func decodeJSONEscape(at index: Int, to limit: Int, into out: inout [UInt8]) -> Int {
    switch self[index] {
    case 0x22, 0x5C, 0x2F, 0x20: out.append(self[index])
    case 0x6E: out.append(0x0A)
    case 0x74, 0x09: out.append(0x09)
    case 0x72: out.append(0x0D)
    case 0x62: out.append(0x08)
    case 0x66: out.append(0x0C)
    case 0x30: out.append(0)
    case 0x61: out.append(0x07)
    case 0x76: out.append(0x0B)
    case 0x65: out.append(0x1B)
    case 0x4E: out.append(scalar: 0x85)
    case 0x5F: out.append(scalar: 0xA0)
    case 0x4C: out.append(scalar: 0x2028)
    case 0x50: out.append(scalar: 0x2029)
    case 0x78: return decodeScalar(at: index, digits: 2, to: limit, into: &out)
    case 0x55: return decodeScalar(at: index, digits: 8, to: limit, into: &out)
    case 0x75: return decodeUnit(at: index, to: limit, into: &out)
    case 0x0A: return skipBlanksOfLine(from: index + 1, to: limit)
    case 0x0D where index + 1 < limit && self[index + 1] == 0x0A: return skipBlanksOfLine(from: index + 2, to: limit)
    default:
      out.append(0x5C)
      out.append(self[index])
    }
    return index + 1
  }

  private func skipBlanksOfLine(from index: Int, to limit: Int) -> Int {
    end(of: { $0 == 0x20 || $0 == 0x09 }, from: index, to: limit)
  }

  /// Decodes `u` and four digits at `index`, with the other half of a surrogate pair after it.
  private func decodeUnit(at index: Int, to limit: Int, into out: inout [UInt8]) -> Int {
    guard let unit = hexadecimal(at: index + 1, digits: 4, to: limit) else {
      return decodeScalar(at: index, digits: 4, to: limit, into: &out)
    }
    let next = index + 5
    if unit & 0xFC00 == 0xD800, next + 1 < limit, self[next] == 0x5C, self[next + 1] == 0x75,
      let low = hexadecimal(at: next + 2, digits: 4, to: limit), low & 0xFC00 == 0xDC00
    {
      out.append(scalar: 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
      return next + 6
    }
    out.append(scalar: unit)
    return next
  }

  /// Decodes a letter and `digits` hexadecimal digits at `index`; what is none stays as it stands.
  private func decodeScalar(at index: Int, digits: Int, to limit: Int, into out: inout [UInt8]) -> Int {
    guard let scalar = hexadecimal(at: index + 1, digits: digits, to: limit) else {
      out.append(0x5C)
      out.append(self[index])
      return index + 1
    }
    out.append(scalar: scalar)
    return index + 1 + digits
  }

  private func hexadecimal(at offset: Int, digits: Int, to limit: Int) -> UInt32? {
    guard offset + digits <= limit else { return nil }
    var value: UInt32 = 0
    for index in offset..<offset + digits {
      guard isHexByte(self[index]) else { return nil }
      let digit = isDigit(self[index]) ? self[index] & 0x0F : (self[index] & 0x0F) + 9
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

/// What may stand between the parts of a JSON text.
@inlinable
public func isJSONBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

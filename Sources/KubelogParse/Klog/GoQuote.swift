package import KubelogScan

/// Go's quoted text, as `strconv.Quote` and the verbs `%q` and `%+q` write it: `"node \"cp1\" not found\n"`.
package enum GoQuote {
  /// The place of the quote that closes a text whose first byte is at `start`; nil where it is cut.
  static func closing(_ line: Bytes, from start: Int, to end: Int) -> Int? {
    var index = start
    while index < end {
      switch line[index] {
      case 0x22: return index
      case 0x5C: index += 2
      default: index += 1
      }
    }
    return nil
  }

  // MARK: Reading

  /// Appends what the text between the quotes means. An escape that Go does not write stays as it stands.
  package static func decode(_ line: Bytes, _ range: Range<Int>, into out: inout [UInt8]) {
    var index = range.lowerBound
    while index < range.upperBound {
      let plain = line.first(0x5C, in: index..<range.upperBound) ?? range.upperBound
      line.append(index..<plain, to: &out)
      guard plain + 1 < range.upperBound else {
        line.append(plain..<range.upperBound, to: &out)
        return
      }
      index = decodeEscape(line, at: plain + 1, to: range.upperBound, into: &out)
    }
  }

  /// Decodes the escape whose letter is at `index`; the place behind it.
  private static func decodeEscape(_ line: Bytes, at index: Int, to end: Int, into out: inout [UInt8]) -> Int {
    let letter = line[index]
    // By far the most.
    if letter == 0x22 || letter == 0x5C {
      out.append(letter)
      return index + 1
    }
    if let short = shortEscapes.first(where: { $0.letter == letter }) {
      out.append(short.byte)
      return index + 1
    }
    switch letter {
    case 0x27:
      out.append(letter)
      return index + 1
    case 0x78:
      if let byte = number(line, at: index + 1, digits: 2, base: 16, to: end) {
        out.append(UInt8(truncatingIfNeeded: byte))
        return index + 3
      }
    case 0x75, 0x55:
      let digits = letter == 0x75 ? 4 : 8
      if let value = number(line, at: index + 1, digits: digits, base: 16, to: end) {
        out.append(scalar: value)
        return index + 1 + digits
      }
    case 0x30...0x37:
      if let byte = number(line, at: index, digits: 3, base: 8, to: end), byte < 256 {
        out.append(UInt8(truncatingIfNeeded: byte))
        return index + 3
      }
    default: break
    }
    out.append(0x5C)
    out.append(letter)
    return index + 1
  }

  private static func number(_ line: Bytes, at offset: Int, digits: Int, base: UInt32, to end: Int) -> UInt32? {
    guard offset + digits <= end else { return nil }
    var value: UInt32 = 0
    for index in offset..<offset + digits {
      guard isHexByte(line[index]) else { return nil }
      let digit = UInt32(isDigit(line[index]) ? line[index] & 0x0F : (line[index] & 0x0F) + 9)
      guard digit < base else { return nil }
      value = value << (base == 16 ? 4 : 3) | digit
    }
    return value
  }

  // MARK: Writing

  /// Appends `range` as Go would quote it, with its quotes.
  package static func encode(_ bytes: Bytes, _ range: Range<Int>, into out: inout [UInt8]) {
    out.append(0x22)
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte < 0x80 {
        encodeASCII(byte, into: &out)
        index += 1
      } else if let (scalar, width) = scalar(bytes, at: index, to: range.upperBound) {
        if isPrintable(scalar) {
          bytes.append(index..<index + width, to: &out)
        } else {
          let isShort = scalar.value < 0x10000
          out.append(0x5C)
          out.append(isShort ? 0x75 : 0x55)
          appendHex(scalar.value, digits: isShort ? 4 : 8, to: &out)
        }
        index += width
      } else {
        appendByteEscape(byte, to: &out)
        index += 1
      }
    }
    out.append(0x22)
  }

  private static func encodeASCII(_ byte: UInt8, into out: inout [UInt8]) {
    if byte == 0x22 || byte == 0x5C {
      out.append(0x5C)
      out.append(byte)
    } else if byte >= 0x20, byte < 0x7F {
      out.append(byte)
    } else if let short = shortEscapes.first(where: { $0.byte == byte }) {
      out.append(0x5C)
      out.append(short.letter)
    } else {
      appendByteEscape(byte, to: &out)
    }
  }

  private static func appendByteEscape(_ byte: UInt8, to out: inout [UInt8]) {
    out.append(0x5C)
    out.append(0x78)
    appendHex(UInt32(byte), digits: 2, to: &out)
  }

  private static func appendHex(_ value: UInt32, digits: Int, to out: inout [UInt8]) {
    for place in (0..<digits).reversed() {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(4 * place)) & 0x0F
      out.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
  }

  /// `\a \b \f \n \r \t \v`
  private static let shortEscapes: [(letter: UInt8, byte: UInt8)] = [
    (0x6E, 0x0A), (0x74, 0x09), (0x72, 0x0D), (0x61, 0x07), (0x62, 0x08), (0x66, 0x0C), (0x76, 0x0B),
  ]

  /// What Go's `unicode.IsPrint` lets through: letters, marks, numbers, punctuation and symbols.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }

  /// The sign that begins at `index`, nil where the bytes there are no UTF-8.
  private static func scalar(_ bytes: Bytes, at index: Int, to end: Int) -> (scalar: Unicode.Scalar, width: Int)? {
    let lead = bytes[index]
    let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead <= 0xF4, index + width <= end else { return nil }
    var value = UInt32(lead) & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
    for next in index + 1..<index + width {
      guard bytes[next] & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(bytes[next] & 0x3F)
    }
    let least: UInt32 = width == 2 ? 0x80 : width == 3 ? 0x800 : 0x10000
    guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, width)
  }
}

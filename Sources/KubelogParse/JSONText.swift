extension Event {
  /// The attributes as one JSON object, in the order they were found.
  public var attributesJSON: String {
    "{" + attributes.map { "\(jsonText($0.name)):\(jsonText($0.value))" }.joined(separator: ",") + "}"
  }
}

private func jsonText(_ value: AttributeValue) -> String {
  switch value {
  case .text(let text): jsonText(text)
  case .integer(let number): "\(number)"
  case .number(let number): number.isFinite ? "\(number)" : "null"
  case .boolean(let flag): flag ? "true" : "false"
  case .list(let texts): jsonText(texts)
  }
}

/// A list of texts as a JSON array.
public func jsonText(_ texts: [String]) -> String { "[" + texts.map { jsonText($0) }.joined(separator: ",") + "]" }

/// A text as a JSON string.
public func jsonText(_ text: String) -> String {
  var out: [UInt8] = [0x22]
  out.reserveCapacity(text.utf8.count + 2)
  for byte in text.utf8 {
    switch byte {
    case 0x22, 0x5C: out += [0x5C, byte]
    case 0x0A: out += [0x5C, 0x6E]
    case 0x09: out += [0x5C, 0x74]
    case 0x0D: out += [0x5C, 0x72]
    case 0..<0x20:
      let digits = Array("0123456789abcdef".utf8)
      out += [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    default: out.append(byte)
    }
  }
  out.append(0x22)
  return String(decoding: out, as: UTF8.self)
}

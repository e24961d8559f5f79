extension Event {
  /// The attributes as one JSON object, in the order they were found.
  public var attributesJSON: String { written.text ?? attributes.jsonText }
}

extension [Event] {
  /// ``Event/attributesJSON`` of the event at `index`, which is not copied.
  public func attributesJSON(at index: Int) -> String {
    self[index].written.text ?? self[index].attributes.jsonText
  }
}

extension [Attribute] {
  /// All as one JSON object.
  var jsonText: String {
    var out: [UInt8] = []
    // Enough for most, so that it grows once.
    out.reserveCapacity(reduce(2) { $0 + $1.name.utf8.count + $1.value.length + 6 })
    out.append(0x7B)
    for (index, attribute) in enumerated() {
      if index > 0 { out.append(0x2C) }
      out.append(jsonOf: attribute.name)
      out.append(0x3A)
      out.append(jsonOf: attribute.value)
    }
    out.append(0x7D)
    return String(decoding: out, as: UTF8.self)
  }
}

/// A list of texts as a JSON array.
public func jsonText(_ texts: [String]) -> String {
  var out: [UInt8] = []
  out.append(jsonOf: texts)
  return String(decoding: out, as: UTF8.self)
}

/// A text as a JSON string.
public func jsonText(_ text: String) -> String {
  var out: [UInt8] = []
  out.append(jsonOf: text)
  return String(decoding: out, as: UTF8.self)
}

extension AttributeValue {
  /// About how many bytes it takes to be written.
  fileprivate var length: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .integer, .number, .boolean: 8
    case .list(let texts): texts.reduce(0) { $0 + $1.utf8.count + 3 }
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(jsonOf value: AttributeValue) {
    switch value {
    case .text(let text): append(jsonOf: text)
    case .integer(let number): append(contentsOf: "\(number)".utf8)
    case .number(let number): append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
    case .boolean(let flag): append(contentsOf: (flag ? "true" : "false").utf8)
    case .list(let texts): append(jsonOf: texts)
    }
  }

  fileprivate mutating func append(jsonOf texts: [String]) {
    append(0x5B)
    for (index, text) in texts.enumerated() {
      if index > 0 { append(0x2C) }
      append(jsonOf: text)
    }
    append(0x5D)
  }

  /// Most texts hold nothing that JSON writes otherwise: what stands between such bytes goes over in one piece.
  fileprivate mutating func append(jsonOf text: String) {
    append(0x22)
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == 0x22 || bytes[index] == 0x5C {
        append(contentsOf: bytes[start..<index])
        append(escapeOf: bytes[index])
        start = index + 1
      }
      append(contentsOf: bytes[start...])
    }
    append(0x22)
  }

  private mutating func append(escapeOf byte: UInt8) {
    switch byte {
    case 0x22, 0x5C: append(contentsOf: [0x5C, byte])
    case 0x0A: append(contentsOf: [0x5C, 0x6E])
    case 0x09: append(contentsOf: [0x5C, 0x74])
    case 0x0D: append(contentsOf: [0x5C, 0x72])
    default:
      let digits = Array("0123456789abcdef".utf8)
      append(contentsOf: [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
  }
}

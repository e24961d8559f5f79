internal import KubelogScan

/// A sentence with places for what was found: `node became not ready: {reason}`.
struct Template {
  private var parts: [(text: String, group: String?)] = []

  init(_ text: String) {
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      parts.append((String(rest[..<open]), String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    parts.append((String(rest), nil))
  }

  /// The groups that the sentence asks for.
  var groups: [String] { parts.compactMap(\.group) }

  /// The sentence; a group that was not found takes the `: ` or the blank before it along.
  func fill(_ attributes: [Attribute]) -> String {
    var sentence = ""
    for part in parts {
      let value = attributes.first { $0.name == part.group }?.value
      if part.group == nil {
        sentence += part.text
      } else if let text = value?.plainText {
        sentence += part.text + text
      } else {
        var before = part.text[...]
        while let last = before.last, last == " " || last == ":" || last == "," { before = before.dropLast() }
        sentence += before
      }
    }
    return sentence.withoutEscapedQuotes
  }
}

extension AttributeValue {
  /// The value as it stands in a sentence.
  var plainText: String {
    switch self {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .list(let texts): texts.joined(separator: ", ")
    }
  }

  /// `text` as a value of the type that a rule gives it; text where it cannot be read so.
  init(_ text: String, as type: RulePack.AttributeType?) {
    switch type {
    case .integer?: self = Int(text).map { .integer($0) } ?? .text(text)
    case .number?: self = Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .text(text)
    case .boolean?: self = text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : .text(text)
    case nil: self = .text(text)
    }
  }
}

extension String {
  /// Go's `\"` inside quoted text as people read it.
  var withoutEscapedQuotes: String {
    var text = self
    let hasSome = text.withUTF8 { Bytes(_unsafeElements: $0).first("\\\"", in: 0..<$0.count) != nil }
    guard hasSome else { return self }
    var kept: [UInt8] = []
    kept.reserveCapacity(utf8.count)
    for byte in utf8 {
      if byte == 0x22, kept.last == 0x5C { kept.removeLast() }
      kept.append(byte)
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

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

  /// A sentence of so many bytes grows once.
  private static let usual = 128

  /// The sentence; a group that was not found takes the `: ` or the blank before it along.
  func fill(_ attributes: [Attribute]) -> String {
    var sentence = ""
    sentence.reserveCapacity(Self.usual)
    for part in parts {
      guard let group = part.group else {
        sentence += part.text
        continue
      }
      if let place = attributes.firstIndex(where: { $0.name == group }) {
        sentence += part.text
        sentence += attributes[place].value.plainText
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
    var (text, kept) = (self, [UInt8]())
    text.withUTF8 { buffer in
      let bytes = Bytes(_unsafeElements: buffer)
      var start = 0
      while let place = bytes.first("\\\"", in: start..<bytes.count) {
        if kept.isEmpty { kept.reserveCapacity(bytes.count) }
        bytes.append(start..<place, to: &kept)
        kept.append(0x22)
        start = place + 2
      }
      if start > 0 { bytes.append(start..<bytes.count, to: &kept) }
    }
    return kept.isEmpty ? self : String(decoding: kept, as: UTF8.self)
  }
}

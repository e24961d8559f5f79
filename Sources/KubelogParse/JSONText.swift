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
  var out = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case "\t": out += "\\t"
    case "\r": out += "\\r"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out + "\""
}

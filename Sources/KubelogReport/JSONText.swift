import KubelogQuery

/// A row as an object, the columns in their order.
func jsonObject(_ row: [Value], _ columns: [Column]) -> String {
  let members = columns.fields(of: row).map { column, text in
    let value =
      switch text {
      case .nothing: "null"
      case .literal(let literal): literal
      case .text(let text): jsonString(text)
      case .document(let document): oneLine(document)
      }
    return jsonString(column.name) + ":" + value
  }
  return "{" + members.joined(separator: ",") + "}"
}

/// `text` as a JSON string with its quotes.
///
/// Escapes more than JSON asks for: whatever would act on a terminal the output is printed to.
func jsonString(_ text: String) -> String {
  // Nearly all text is plain ASCII.
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) { return "\"" + text + "\"" }
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.actsOnTerminal: result += jsonEscape(scalar)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// A JSON document on one line: a raw line break can only stand between its tokens, any other control character only
/// inside a string, so neither change touches what the document says.
private func oneLine(_ document: String) -> String {
  if document.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return document }
  var result = ""
  for scalar in document.unicodeScalars {
    switch scalar {
    case "\n", "\r", "\t": result += " "
    case _ where scalar.actsOnTerminal: result += jsonEscape(scalar)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// `\u001B`; every scalar that needs it lies below U+10000, so one escape is enough.
private func jsonEscape(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}

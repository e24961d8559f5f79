import KubelogQuery

/// The heading row of CSV (RFC 4180 with `\n` line ends): the columns' names.
func csvHead(_ columns: [Column]) -> String {
  csvLine(columns.filter { !$0.isCompanion }.map { csvField(guarded($0.name)) })
}

/// A row of CSV.
func csvLine(_ row: [Value], _ columns: [Column]) -> String {
  csvLine(
    columns.fields(of: row).map { _, text in
      switch text {
      case .nothing: ""
      case .literal(let literal): literal
      case .text(let text): csvField(guarded(text))
      case .document(let document): quoted(guarded(document))
      }
    })
}

/// A line of one empty field would be an empty line, which readers skip.
private func csvLine(_ fields: [String]) -> String {
  (fields == [""] ? "\"\"" : fields.joined(separator: ",")) + "\n"
}

/// A spreadsheet runs a cell that begins like a formula; a single quote before it makes it text again
/// (OWASP, "CSV Injection").
private func guarded(_ text: String) -> String {
  // Bytes, because "\r\n" is one Character.
  switch text.utf8.first {
  case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: "'" + text
  default: text
  }
}

private func csvField(_ text: String) -> String {
  let needsQuotes = text.utf8.contains { byte in
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
  }
  return needsQuotes ? quoted(text) : text
}

private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { result += "\"" }
    result.unicodeScalars.append(scalar)
  }
  return result + "\""
}

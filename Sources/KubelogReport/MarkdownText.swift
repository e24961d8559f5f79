/// A GitHub table of the titled columns.
func markdownText(_ table: HumanTable) -> String {
  guard !table.headings.isEmpty else { return "" }
  let rule = table.headings.map { $0.alignsRight ? "---:" : "---" }
  let cells = [table.headings.map { markdownCell($0.text) }, rule] + table.rows.map { $0.map(markdownCell) }
  return cells.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}

/// `text` so that it can neither end its cell nor start HTML, nor lead or load anything by a link or an image; backticks and
/// emphasis stay Markdown.
private func markdownCell(_ text: String) -> String {
  var result = ""
  var previous: Unicode.Scalar?
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\n" where previous == "\r": break
    case "\n", "\r": result += " "
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "|":
      // `\\|` would be an escaped backslash and then the end of the cell.
      if previous == "\\" {
        result.unicodeScalars.removeLast()
        result += "&#92;"
      }
      result += "\\|"
    case "(" where previous == "]": result += "\\("
    default: result += scalar.visible
    }
    previous = scalar
  }
  return result
}

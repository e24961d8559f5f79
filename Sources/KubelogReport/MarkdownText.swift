/// The rows of a page of a GitHub table, below the titled columns where it is the first.
func markdownText(_ page: HumanTable, isFirst: Bool) -> String {
  guard !page.headings.isEmpty else { return "" }
  let rule = page.headings.map { $0.alignsRight ? "---:" : "---" }
  let head = isFirst ? [page.headings.map { markdownCell($0.text) }, rule] : []
  return (head + page.rows.map { $0.map(markdownCell) }).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
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

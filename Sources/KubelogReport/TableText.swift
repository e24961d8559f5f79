/// Aligned columns; narrower where the terminal asks for it, and one record after the other where it is too narrow.
struct TableText {
  private let limit: Int?
  private let color: Bool
  /// As wide as the pages above.
  private var widest: [Int] = []

  /// For a terminal of `width` columns, where there is one.
  init(width: Int?, color: Bool) { (limit, self.color) = (width, color) }

  /// The rows of a page, below the headings where it is the first. Empty for a page without rows or titled columns.
  mutating func text(of page: HumanTable) -> String {
    guard !page.headings.isEmpty, !page.rows.isEmpty else { return "" }
    let isFirst = widest.isEmpty
    let headings = page.headings.map { Cell($0.text, color ? .bold : nil) }
    let rows = page.rows.map { row in row.map { Cell($0, color ? Ink(state: $0) : nil) } }
    let natural = headings.indices.map { column in
      rows.reduce(isFirst ? headings[column].width : widest[column]) { max($0, $1[column].width) }
    }
    widest = natural
    let sentences = headings.indices.map { column in rows.contains { $0[column].text.contains(" ") } }
    guard
      let widths = shrunk(natural, flexible: page.headings.map(\.isFlexible), sentences: sentences, to: limit)
    else { return (isFirst ? "" : "\n") + records(headings, rows) }
    let right = page.headings.map(\.alignsRight)
    return ((isFirst ? [headings] : []) + rows).map { line($0, widths, right) }.joined()
  }
}

/// What a cut column keeps: enough to tell one node or pod from the next.
private let leastWidth = 8
/// What a cut sentence keeps as long as there is a sentence to cut.
private let leastSentence = 24
private let gap = 2

/// A piece of safe text with its colour.
private struct Cell {
  let text: String
  let width: Int
  let ink: Ink?

  init(_ text: String, _ ink: Ink?) {
    var text = visible(text)
    while text.unicodeScalars.last == " " { text.unicodeScalars.removeLast() }
    self.text = text
    self.width = displayWidth(text)
    self.ink = ink
  }

  /// The text with its colour codes, which take no room.
  var shown: String {
    ink.map { "\u{1B}[" + $0.rawValue + "m" + text + "\u{1B}[0m" } ?? text
  }

  /// The cell in at most `room` columns.
  func fitted(to room: Int) -> Cell {
    width > room ? Cell(cut(text, to: room), ink) : self
  }
}

/// The few colours, by their SGR number (ECMA-48).
private enum Ink: String {
  case bold = "1"
  case red = "31"
  case green = "32"
  case yellow = "33"

  /// The colour of a state word; nil for any other text.
  init?(state: String) {
    switch state {
    case "valid", "Ready", "succeeded": self = .green
    case "expiring", "NotReady", "incomplete", "warning", "unknown", "Unknown": self = .yellow
    case "expired", "failed", "error", "superseded": self = .red
    default: return nil
    }
  }
}

/// The column widths for a terminal of `limit` columns: sentences give way first, the widest before the others, then
/// single words, which somebody may want to copy. Nil when even their least is too much.
private func shrunk(_ natural: [Int], flexible: [Bool], sentences: [Bool], to limit: Int?) -> [Int]? {
  guard let limit, limit > 0 else { return natural }
  // No column can be wider than the terminal; this also bounds the steps below.
  var widths = zip(natural, flexible).map { $1 ? min($0, max(limit, leastWidth)) : $0 }
  var excess = widths.reduce(0, +) + gap * (widths.count - 1) - limit
  while excess > 0 {
    let candidates = widths.indices.filter { flexible[$0] && widths[$0] > leastWidth }
    let prose = candidates.filter { sentences[$0] && widths[$0] > leastSentence }
    guard let widest = (prose.isEmpty ? candidates : prose).max(by: { widths[$0] < widths[$1] }) else { return nil }
    widths[widest] -= 1
    excess -= 1
  }
  return widths
}

/// One line without blanks at its end.
private func line(_ cells: [Cell], _ widths: [Int], _ right: [Bool]) -> String {
  var result = ""
  var blanks = 0
  for (column, cell) in cells.enumerated() {
    let cell = cell.fitted(to: widths[column])
    let padding = widths[column] - cell.width
    if right[column] { blanks += padding }
    if cell.width > 0 {
      result += String(repeating: " ", count: blanks) + cell.shown
      blanks = 0
    }
    blanks += gap + (right[column] ? 0 : padding)
  }
  return result + "\n"
}

/// A line a value, and an empty line between records; nothing is cut, the terminal wraps.
private func records(_ headings: [Cell], _ rows: [[Cell]]) -> String {
  rows.map { row in
    zip(headings, row).map { heading, cell in
      heading.shown + ":" + (cell.width > 0 ? " " + cell.shown : "") + "\n"
    }.joined()
  }.joined(separator: "\n")
}

public import KubelogQuery

/// Turns an answer into text.
public struct Renderer: Sendable {
  let presentation: Presentation

  /// A renderer for one way of printing.
  public init(_ presentation: Presentation) {
    self.presentation = presentation
  }

  /// The complete text, with its final newline.
  ///
  /// A table without rows gives `[]` in JSON (`null` where the answer is one thing), the heading alone in CSV and
  /// Markdown, and nothing at all as NDJSON or table.
  public func render(_ table: ResultTable) -> String {
    var rows = rows(under: table.columns)
    var text = rows.head
    for row in table.rows { text += rows.text(of: row) }
    return text + rows.end()
  }

  /// The text of an answer with these columns, as its rows come.
  public func rows(under columns: [Column]) -> any AnswerRows {
    MachineRows(presentation, columns: columns) ?? PeopleRows(presentation, columns: columns)
  }
}

/// The text of an answer, row by row: it is printed as it is found, and nothing of it has to be kept.
public protocol AnswerRows {
  /// What stands before the first row.
  var head: String { get }
  /// What may be printed now that this row has come.
  mutating func text(of row: [Value]) -> String
  /// What stands behind the last row.
  mutating func end() -> String
}

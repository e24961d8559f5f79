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
    if var rows = MachineRows(presentation, columns: table.columns) {
      var text = rows.head
      for row in table.rows { text += rows.text(of: row) }
      return text + rows.end
    }
    let people = HumanTable(table, presentation)
    return presentation.format == .markdown
      ? markdownText(people) : tableText(people, width: presentation.width, color: presentation.color)
  }
}

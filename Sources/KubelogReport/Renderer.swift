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
    switch presentation.format {
    case .table: tableText(HumanTable(table, presentation), width: presentation.width, color: presentation.color)
    case .json: jsonText(table, single: presentation.single)
    case .ndjson: ndjsonText(table)
    case .csv: csvText(table)
    case .markdown: markdownText(HumanTable(table, presentation))
    }
  }
}

import KubelogQuery

/// Rows as people read them, a page at a time: a column is as wide as what stands in its page and those above, and an answer of
/// millions of rows is not kept to see the widest.
struct PeopleRows: AnswerRows {
  private let presentation: Presentation
  /// The rows that wait to be printed.
  private var page: ResultTable
  private var headings: [HumanTable.Heading] = []
  private var table: TableText

  /// How many rows are laid out together.
  static let pageSize = 10_000

  init(_ presentation: Presentation, columns: [Column]) {
    self.presentation = presentation
    page = ResultTable(columns: columns)
    table = TableText(width: presentation.width, color: presentation.color)
  }

  let head = ""

  mutating func text(of row: [Value]) -> String {
    defer { page.rows.append(row) }
    return page.rows.count == Self.pageSize ? flushed() : ""
  }

  /// Of an answer without rows there is no table, but in Markdown its headings.
  mutating func end() -> String { flushed() }

  private mutating func flushed() -> String {
    let people = HumanTable(page, presentation, below: headings)
    defer {
      if headings.isEmpty { headings = people.headings }
      page.rows.removeAll(keepingCapacity: true)
    }
    return presentation.format == .markdown
      ? markdownText(people, isFirst: headings.isEmpty) : table.text(of: people)
  }
}

import KubelogQuery

/// Rows as programs read them, one by one: an answer is printed as it is found, and nothing of it has to be kept.
struct MachineRows: AnswerRows {
  private let format: OutputFormat
  private let columns: [Column]
  private var count = 0
  /// Of an answer that is one thing: the only row, as long as no other comes.
  private var only: String?
  private let isSingle: Bool

  /// Rows under `columns`; nil for the forms that are for people, whose columns are as wide as all rows ask for.
  init?(_ presentation: Presentation, columns: [Column]) {
    switch presentation.format {
    case .table, .markdown: return nil
    case .json, .ndjson, .csv: format = presentation.format
    }
    self.columns = columns
    isSingle = format == .json && presentation.single
  }

  var head: String { format == .csv ? csvHead(columns) : "" }

  mutating func text(of row: [Value]) -> String {
    count += 1
    switch format {
    case .csv: return csvLine(row, columns)
    case .json:
      let object = jsonObject(row, columns)
      if isSingle, count == 1 {
        only = object
        return ""
      }
      // More rows than one thing can have are shown, not dropped.
      if let first = only {
        only = nil
        return "[\n  " + first + ",\n  " + object
      }
      return (count == 1 ? "[\n  " : ",\n  ") + object
    default: return jsonObject(row, columns) + "\n"
    }
  }

  func end() -> String {
    guard format == .json else { return "" }
    if isSingle, count < 2 { return (only ?? "null") + "\n" }
    return count == 0 ? "[]\n" : "\n]\n"
  }
}

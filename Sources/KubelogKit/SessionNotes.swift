extension Kubelog {
  /// What is to be said about the answer of the query `sessions` for people: a sentence for each session that was still
  /// waiting for something when it failed, or where the input ends, with how long.
  public static func notes(onSessions table: ResultTable) -> [String] {
    table.rows.compactMap { row in
      guard let id = table.text("id", row), let subject = table.text("waiting_for", row) else { return nil }
      let place = table.text("failed_phase", row).map { "failed in \(visible($0))," } ?? "was last seen"
      let spans = [
        table.number("waited_s", row).map { "for \(humanDuration($0))" },
        table.number("waited_at_least_s", row).map { "for \(humanDuration($0)) at least" },
        table.number("wait_limit_s", row).map { "up to \(humanDuration($0))" },
      ].compactMap { $0 }
      return "\(id) \(place) waiting for \(visible(subject))"
        + (spans.isEmpty ? "" : " (\(spans.joined(separator: ", ")))")
    }
  }
}

extension ResultTable {
  /// The answer of the query `phases` for people: the slowest of each session says so.
  public var markingSlowest: ResultTable {
    guard let column = columns.firstIndex(where: { $0.name == "slowest" }) else { return self }
    var table = self
    table.columns[column] = Column(name: "mark", type: .text, title: "MARK")
    for row in rows.indices { table.rows[row][column] = .text(rows[row][column] == .integer(1) ? "slowest" : "") }
    return table
  }
}

extension ParsedEvent {
  /// The event as a row of the timeline's columns, so that both print alike.
  public var table: ResultTable {
    let identity: String
    var time = event.time.microseconds
    switch event.identity {
    case .dated(let digest), .inRun(_, let digest): identity = digest.hex
    case .occurrence(let row, let offset):
      identity = row.hex
      time = time ?? Int64(offset)
    }
    return ResultTable(
      columns: Self.columns,
      rows: [
        [
          .text(identity), time.map { .integer($0) } ?? .null, .text(event.time.source.name),
          event.time.uncertainty.map { .real(Double($0) / 1e6) } ?? .null, .integer(1), .null, .null, .null,
          .text(event.kind),
          .text(event.severity.name), event.node.map { .text($0) } ?? .null, cluster.map { .text($0) } ?? .null,
          session.map { .text($0) } ?? .null, .text(event.message), .text(event.attributesJSON),
          .text(
            "{\"path\":\(jsonText(source)),\"line\":\(event.position.line),\"byte\":\(event.position.byte)}"),
          .integer(isApproximate ? 1 : 0),
        ]
      ])
  }

  /// The table that the events' rows make.
  public static var emptyTable: ResultTable { ResultTable(columns: columns) }

  /// The timeline's columns.
  private static let columns = (try? Answers.query("timeline"))?.columns ?? []

  /// Whether the time is to be read as "about": no bound, or one of over five seconds.
  private var isApproximate: Bool { event.time.uncertainty.map { $0 > 5_000_000 } ?? true }
}

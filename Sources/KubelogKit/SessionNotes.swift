/// What is to be said about the answer of the query `sessions` for people: a sentence for each session that was still waiting
/// for something when it failed, or where the input ends, with how long.
public struct SessionNotes {
  /// The last ones are told, as a terminal shows no more; the others are counted.
  private static let most = 20

  private var notes: [String] = []
  private var earlier = 0

  /// Nothing as long as no row was added.
  public init() {}

  /// Adds what is to be said about a row of `table`.
  public mutating func add(_ table: ResultTable, _ row: [Value]) {
    guard let note = Self.note(on: row, table) else { return }
    notes.append(note)
    guard notes.count > Self.most else { return }
    notes.removeFirst()
    earlier += 1
  }

  /// The sentences, in the order of the sessions.
  public var sentences: [String] {
    let others = earlier == 1 ? "1 earlier session was" : "\(earlier) earlier sessions were"
    return (earlier > 0 ? ["\(others) waiting, too: kubelog sessions -o json tells for what"] : []) + notes
  }

  private static func note(on row: [Value], _ table: ResultTable) -> String? {
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

/// The answer of the query `phases` for people: the slowest of each session says so.
public struct SlowestMark {
  /// The columns with the mark.
  public let columns: [Column]
  private let place: Int?

  /// For an answer with these columns.
  public init(columns: [Column]) {
    place = columns.firstIndex { $0.name == "slowest" }
    self.columns = columns.map { $0.name == "slowest" ? Column(name: "mark", type: .text, title: "MARK") : $0 }
  }

  /// A row with the mark.
  public func row(_ row: [Value]) -> [Value] {
    guard let place else { return row }
    var row = row
    row[place] = .text(row[place] == .integer(1) ? "slowest" : "")
    return row
  }
}

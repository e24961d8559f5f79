/// A view of the store: what SQL of one's own may rely on, whatever becomes of the tables behind it.
///
/// A view tells what was read. What takes judgement, such as whether a secret is still valid, is for the named queries. Views
/// belong to a connection for reading, not to the file, so that a store need not be brought up to date for them; their names
/// begin with `v_`, which no table and no stage of a query does.
public struct View: Sendable, Equatable {
  /// A column.
  public struct Column: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// `text`, `integer`, `real`, `boolean` (0 or 1), `json` (a document as text) or `time`: RFC 3339 in UTC with
    /// microseconds, which sorts as text.
    public var type: String
    /// What it tells, and when it is null.
    public var meaning: String

    init(_ name: String, _ type: String, _ meaning: String) {
      (self.name, self.type, self.meaning) = (name, type, meaning)
    }
  }

  /// Its name.
  public var name: String
  /// What a row is: a sentence.
  public var summary: String
  /// Its columns, in order.
  public var columns: [Column]
  /// The query behind it.
  let sql: String

  /// All views, those that others refer to first.
  public static let all = [sources, events, sessions, phases, findings, nodes, nodeStates, secrets, sightings]

  /// Which column of a view names a row of which other view, and how they are drawn: `||` one, `|o` one or none, `o{` many.
  public static let references: [(one: String, relation: String, many: String, column: String)] = [
    ("v_sources", "||--o{", "v_events", "path"), ("v_sessions", "|o--o{", "v_events", "run"),
    ("v_sessions", "||--o{", "v_phases", "run"), ("v_sessions", "||--o{", "v_findings", "run"),
    ("v_events", "||--o|", "v_findings", "event"), ("v_nodes", "||--o{", "v_node_states", "node"),
    ("v_events", "||--o|", "v_node_states", "event"), ("v_secrets", "||--o{", "v_sightings", "secret"),
    ("v_events", "||--o{", "v_sightings", "event"),
  ]
}

extension Connection {
  /// Makes the views for the queries that follow, where they are not there yet; half a millisecond. Throws ``StoreError``.
  public func makeViews() throws(StoreError) {
    try execute(View.all.map { "CREATE TEMP VIEW IF NOT EXISTS \($0.name) AS\n\($0.sql);" }.joined(separator: "\n"))
  }
}

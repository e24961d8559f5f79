/// What every command of kubelog needs to know: which store, which moment is the present, which zone is local.
public struct Kubelog: Sendable {
  /// The store's path.
  public var storePath: String
  /// The present, microseconds since 1970 UTC (`--now`).
  public var now: Int64
  /// The zone of people, and of stamps that name none.
  public var zone: Zone
  /// Whether somebody said so: then nothing in an input tells of another.
  public var isZoneGiven = false
  /// What the values of secrets are sealed with.
  public var sealing: Sealing
  /// How long a store that another program has locked is waited for, milliseconds.
  public var patience = Connection.patience

  /// The store at `storePath`, seen from `now` in `zone`.
  public init(
    storePath: String, now: Int64 = presentMicroseconds(), zone: Zone = .machine,
    sealing: Sealing = Sealing(key: .file(defaultSealKeyPath))
  ) {
    self.storePath = storePath
    self.now = now
    self.zone = zone
    self.sealing = sealing
  }

  /// Where the store lies when nobody says: `KUBELOG_DB`, else below `XDG_STATE_HOME`, else below the home folder.
  public static var defaultStorePath: String {
    if let path = Terminal.environment("KUBELOG_DB") { return path }
    let state = Terminal.environment("XDG_STATE_HOME") ?? (Terminal.environment("HOME") ?? "") + "/.local/state"
    return state + "/kubelog/kubelog.db"
  }

  /// Where the seal key lies when nobody says: `KUBELOG_SEAL_KEY_FILE`, else beside the rules of one's own.
  public static var defaultSealKeyPath: String {
    Terminal.environment("KUBELOG_SEAL_KEY_FILE") ?? configurationFolder + "/seal.key"
  }

  /// `kubelog` below `XDG_CONFIG_HOME`, else below `~/.config`.
  static var configurationFolder: String {
    (Terminal.environment("XDG_CONFIG_HOME") ?? (Terminal.environment("HOME") ?? "") + "/.config") + "/kubelog"
  }

  /// Asks a named query of the store. Throws ``QueryError``.
  public func answer(_ query: String, _ values: [String: Value] = [:]) throws(QueryError) -> ResultTable {
    try answer(try Answers.query(query), values)
  }

  /// Asks a query of the store, such as one of ``queries()``. Throws ``QueryError``.
  public func answer(_ query: QueryDefinition, _ values: [String: Value] = [:]) throws(QueryError) -> ResultTable {
    try Answers(path: storePath, sealing: sealing, waiting: patience).answer(query, try filled(values, query))
  }

  /// Asks a query and gives its answer's columns, and then its rows as they are found; ends where `row` is false. Throws
  /// ``QueryError``.
  public func each(
    _ query: QueryDefinition, _ values: [String: Value] = [:], columns: ([Column]) -> Void, row: ([Value]) -> Bool
  ) throws(QueryError) {
    let values = try filled(values, query)
    try Answers(path: storePath, sealing: sealing, waiting: patience).each(query, values, columns: columns, row: row)
  }

  /// Asks a named query, and gives its rows one after the other under the columns of the answer. Throws ``QueryError``.
  func each(_ query: String, _ values: [String: Value] = [:], row: (ResultTable, [Value]) -> Void) throws(QueryError) {
    var head = ResultTable(columns: [])
    try each(try Answers.query(query), values, columns: { head.columns = $0 }) {
      row(head, $0)
      return true
    }
  }

  /// What a query asks for besides: the present, what is judged.
  private func filled(_ values: [String: Value], _ query: QueryDefinition) throws(QueryError) -> [String: Value] {
    var values = values
    func asksFor(_ name: String) -> Bool { values[name] == nil && query.parameters.contains { $0.name == name } }
    if asksFor("now") { values["now"] = .integer(now) }
    if asksFor("cases") { values["cases"] = ProblemCase.parameter(try cases()) }
    return values
  }

  /// Asks one's own SQL of the store, for reading only, as ``each(_:_:columns:row:)`` does. Throws ``QueryError``.
  public func each(
    sql: String, _ values: [String: Value] = [:], columns: ([Column]) -> Void, row: ([Value]) -> Bool
  ) throws(QueryError) {
    var values = values
    values["now"] = values["now"] ?? .integer(now)
    try Answers(path: storePath, sealing: sealing, waiting: patience).each(
      sql: sql, values, columns: columns, row: row)
  }

  /// The zone as the renderers take it.
  public var localZone: LocalZone {
    let zone = zone
    return LocalZone { zone.offset(at: $0) }
  }
}

public import KubelogStore

/// Asks a store questions: the named ones of `queries/`, or one's own SQL. Reading only.
public struct Answers: ~Copyable {
  private let store: Store

  /// Opens the store at `path`; `sealing` is for an older one, which is brought up to date. Throws ``QueryError``.
  ///
  /// Another program's lock is waited for `milliseconds`.
  public init(path: String, sealing: Sealing = .none, waiting milliseconds: Int = Connection.patience)
    throws(QueryError)
  {
    let opened: Store
    do { opened = try Store(reading: path, sealing: sealing, waiting: milliseconds) } catch { throw .store(error) }
    store = opened
  }

  /// The named queries, by name.
  public static var queries: [QueryDefinition] {
    EmbeddedQueries.files.map { QueryDefinition(name: $0.name, text: $0.text, library: text) }
  }

  /// The query called `name`. Throws ``QueryError/unknownQuery(_:known:)``.
  public static func query(_ name: String) throws(QueryError) -> QueryDefinition {
    guard let text = text(name) else { throw .unknownQuery(name, known: EmbeddedQueries.files.map(\.name)) }
    return QueryDefinition(name: name, text: text, library: Self.text)
  }

  /// The query that `text`, a user's own file, holds; it may use the stages of the built-in ones.
  public static func query(_ name: String, text: String) -> QueryDefinition {
    QueryDefinition(name: name, text: text, library: Self.text)
  }

  /// Whether `query` is one of those in `queries/`, and no user's own.
  public static func isNamed(_ query: QueryDefinition) -> Bool { text(query.name) != nil }

  private static func text(_ name: String) -> String? { EmbeddedQueries.files.first { $0.name == name }?.text }

  /// The answer of a named query; what is not in `values` takes its default.
  public func answer(_ name: String, _ values: [String: Value] = [:]) throws(QueryError) -> ResultTable {
    try answer(try Self.query(name), values)
  }

  /// The answer of a query; what is not in `values` takes its default.
  public func answer(_ query: QueryDefinition, _ values: [String: Value] = [:]) throws(QueryError) -> ResultTable {
    try Self.table { columns, row throws(QueryError) in try each(query, values, columns: columns, row: row) }
  }

  /// Gives the columns of a query's answer, and then its rows one after the other, for what may be too much to keep; ends where
  /// `row` is false.
  public func each(
    _ query: QueryDefinition, _ values: [String: Value] = [:], columns: ([Column]) -> Void, row: ([Value]) -> Bool
  ) throws(QueryError) {
    var bound: [String: Value] = [:]
    for parameter in query.parameters {
      if let text = parameter.defaultText { bound[parameter.name] = try Self.value(text, for: parameter) }
    }
    for (key, value) in values {
      guard query.parameters.contains(where: { $0.name == key }) else {
        throw .unknownParameter(key, query: query.name, known: query.parameters.map(\.name))
      }
      bound[key] = value
    }
    // Those of a user's own.
    if !Self.isNamed(query) { try prepareForOwnSQL() }
    guard !query.stages.isEmpty else { return try run(query.sql, bound, known: query.columns, columns, row) }
    // All stages see the store as it is now.
    do { try store.connection.execute("BEGIN") } catch { throw .store(error) }
    defer { try? store.connection.execute("ROLLBACK") }
    for stage in query.stages {
      do {
        try store.connection.keep(stage.sql, as: stage.name, index: stage.index) { Self.bind(bound, to: $0) }
      } catch {
        throw .store(error)
      }
    }
    try run(query.sql, bound, known: query.columns, columns, row)
  }

  /// The rows of one's own SQL. Throws ``QueryError``.
  public func rows(sql: String, _ values: [String: Value] = [:]) throws(QueryError) -> ResultTable {
    try Self.table { columns, row throws(QueryError) in try each(sql: sql, values, columns: columns, row: row) }
  }

  /// All that `ask` gives.
  private static func table(
    _ ask: (_ columns: ([Column]) -> Void, _ row: ([Value]) -> Bool) throws(QueryError) -> Void
  ) throws(QueryError) -> ResultTable {
    var table = ResultTable(columns: [])
    try ask({ table.columns = $0 }) { row in
      table.rows.append(row)
      return true
    }
    return table
  }

  /// Gives the columns of one's own SQL, and its rows, typed by what they hold, as ``each(_:_:columns:row:)`` does. Throws
  /// ``QueryError`` when it is wrong or would write.
  public func each(
    sql: String, _ values: [String: Value] = [:], columns: ([Column]) -> Void, row: ([Value]) -> Bool
  ) throws(QueryError) {
    try prepareForOwnSQL()
    try run(sql, values, known: [], columns, row)
  }

  /// The most memory that a question of one's own may take, with its answer, bytes.
  private static let mostMemory = 1 << 30

  private func prepareForOwnSQL() throws(QueryError) {
    do throws(StoreError) {
      // This drops what is temporary: the views come behind it.
      try store.connection.bound(memory: Self.mostMemory)
      try store.connection.makeViews()
    } catch {
      throw .store(error)
    }
  }

  /// A parameter's text as the value to bind. Throws ``QueryError/badParameter(_:text:type:)``.
  public static func value(_ text: String, for parameter: QueryDefinition.Parameter) throws(QueryError) -> Value {
    if text == "null" { return .null }
    switch parameter.type {
    case .text, .json: return .text(text)
    case .integer:
      guard let number = Int64(text) else { throw .badParameter(parameter.name, text: text, type: .integer) }
      return .integer(number)
    case .number:
      guard let number = Double(text) else { throw .badParameter(parameter.name, text: text, type: .number) }
      return .real(number)
    case .boolean:
      guard text == "true" || text == "false" else { throw .badParameter(parameter.name, text: text, type: .boolean) }
      return .integer(text == "true" ? 1 : 0)
    case .duration:
      guard let seconds = seconds(text) else { throw .badParameter(parameter.name, text: text, type: .duration) }
      return .real(seconds)
    case .time:
      guard let moment = microseconds(text) else { throw .badParameter(parameter.name, text: text, type: .time) }
      return .integer(moment)
    }
  }

  /// The rows of a named query of one stage one after the other, for what may be too many to keep.
  func each(_ name: String, _ body: (borrowing Statement) throws(QueryError) -> Void) throws(QueryError) {
    let sql = try Self.query(name).sql
    let statement: Statement
    do { statement = try store.connection.prepare(sql) } catch { throw .store(error) }
    while true {
      let isRow: Bool
      do { isRow = try statement.step() } catch { throw .store(error) }
      guard isRow else { return }
      try body(statement)
    }
  }

  private func run(
    _ sql: String, _ values: [String: Value], known: [Column], _ columns: ([Column]) -> Void, _ row: ([Value]) -> Bool
  ) throws(QueryError) {
    do throws(StoreError) {
      let statement = try store.connection.prepare(sql)
      Self.bind(values, to: statement)
      // The head of a user's own query need not tell of each column.
      let names = statement.columnNames
      columns(
        names.map { name in
          known.first { $0.name == name } ?? Column(name: name, type: .text, title: name.uppercased())
        })
      while try statement.step() {
        guard row((0..<names.count).map({ Self.value(statement.cell(Int32($0))) })) else { return }
      }
    } catch {
      throw .store(error)
    }
  }

  private static func bind(_ values: [String: Value], to statement: borrowing Statement) {
    for (index, name) in statement.parameterNames.enumerated() {
      statement.bind(cell(values[name] ?? .null), at: Int32(index + 1))
    }
  }

  private static func cell(_ value: Value) -> Statement.Cell {
    switch value {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .text(let text): .text(text)
    }
  }

  private static func value(_ cell: Statement.Cell) -> Value {
    switch cell {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .text(let text): .text(text)
    case .blob(let bytes):
      .text(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    }
  }
}

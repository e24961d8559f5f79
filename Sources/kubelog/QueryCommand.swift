import ArgumentParser
import KubelogKit

/// `kubelog query`: a named query, or one's own SQL; reading only.
struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Ask a named query or your own SQL, for reading only.",
    discussion: """
      Queries of your own are the .sql files in kubelog/queries below XDG_CONFIG_HOME, else below ~/.config. SQL of your
      own reads the views v_events, v_sessions, v_phases, v_findings, v_nodes, v_node_states, v_secrets, v_sightings and
      v_sources, which docs/schema.md describes; the tables behind them may change.

      Examples:
        kubelog query --list
        kubelog query upload-certs-expiry
        kubelog query node-transitions -p node=cp2 -o csv
        kubelog query --sql 'SELECT kind, sum(count) FROM v_events GROUP BY kind'
      """)

  @Argument(
    help: ArgumentHelp("The query's name.", valueName: "name"),
    completion: .custom { _, _, _ in Kubelog.queries().queries.map(\.name) })
  var name: String?

  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp("A parameter, name=value (again for more).", valueName: "name=value"))
  var parameter: [String] = []

  @Option(name: .long, help: ArgumentHelp("One SELECT statement instead of a name.", valueName: "select"))
  var sql: String?

  @Flag(name: .long, help: "List the named queries.")
  var list = false

  @Flag(name: .long, help: "Say what a query answers and what it takes.")
  var describe = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if [name != nil, sql != nil, list].filter({ $0 }).count != 1 {
      throw ValidationError("give the name of one query, or --sql, or --list")
    }
  }

  func run() throws {
    try reporting {
      if list { return try showList() }
      let kubelog = try common.kubelog()
      if let sql {
        let values = try values(nil)
        return try showOwn { try kubelog.each(sql: sql, values, columns: $0, row: $1) }
      }
      let query = try Kubelog.queries().query(name ?? "")
      if describe {
        return try show(description(query), common, output.output, emptyNote: "it has neither parameters nor columns")
      }
      let values = try values(query)
      let ask = { (columns: ([Column]) -> Void, row: ([Value]) -> Bool) in
        try kubelog.each(query, values, columns: columns, row: row)
      }
      if Answers.isNamed(query) {
        try show(common, output.output, emptyNote: "no rows", ask: ask)
      } else {
        try showOwn(ask)
      }
    }
  }

  /// Prints what one's own SQL asks. A table of it is seen as a whole: it may have no end, and then its limit of memory says so.
  private func showOwn(
    _ ask: (_ columns: ([Column]) -> Void, _ row: ([Value]) -> Bool) throws -> Void
  ) throws {
    guard output.output == .table || output.output == .markdown else {
      return try show(common, output.output, emptyNote: "no rows", ask: ask)
    }
    var table = ResultTable(columns: [])
    try ask({ table.columns = $0 }) {
      table.rows.append($0)
      return true
    }
    try show(table, common, output.output, emptyNote: "no rows")
  }

  /// The values of `-p`, read by the types that the query declares; texts for one's own SQL.
  private func values(_ query: QueryDefinition?) throws -> [String: Value] {
    var values: [String: Value] = [:]
    for text in parameter {
      guard let equals = text.firstIndex(of: "=") else {
        throw ValidationError("'\(text)' is no parameter: give -p name=value")
      }
      let (key, value) = (String(text[..<equals]), String(text[text.index(after: equals)...]))
      if let query {
        guard let known = query.parameters.first(where: { $0.name == key }) else {
          throw QueryError.unknownParameter(key, query: query.name, known: query.parameters.map(\.name))
        }
        values[key] = try Answers.value(value, for: known)
      } else {
        values[key] = .text(value)
      }
    }
    return values
  }

  /// Lists what can be asked, and says what cannot.
  private func showList() throws {
    let library = Kubelog.queries()
    for query in library.unusable { say("kubelog: \(query.error.sentence)") }
    let table = ResultTable(
      columns: [
        Column(name: "name", type: .text, title: "NAME"), Column(name: "title", type: .text, title: "QUESTION"),
      ],
      rows: library.queries.map { [.text($0.name), .text($0.title)] })
    try show(table, common, output.output, emptyNote: "no queries")
  }

  private func description(_ query: QueryDefinition) -> ResultTable {
    say("\(query.title). \(query.summary)")
    return ResultTable(
      columns: [
        Column(name: "part", type: .text, title: "PART"), Column(name: "name", type: .text, title: "NAME"),
        Column(name: "type", type: .text, title: "TYPE"), Column(name: "default", type: .text, title: "DEFAULT"),
        Column(name: "help", type: .text, title: "MEANING"),
      ],
      rows: query.parameters.map {
        [
          .text("parameter"), .text($0.name), .text($0.type.rawValue), $0.defaultText.map { .text($0) } ?? .null,
          .text($0.help),
        ]
      }
        + query.columns.map { [.text("column"), .text($0.name), .text($0.type.rawValue), .null, .null] })
  }
}

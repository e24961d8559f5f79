import FoundationEssentials
import KubelogKit
import Testing

@testable import KubelogQuery

@Suite struct QueryDefinitionTests {
  @Test func headIsRead() {
    let text = """
      -- title: Nodes: and their state
      -- summary: One row a node,
      -- summary:   and no more.
      -- parameter: now time -- the moment: of asking
      -- parameter: within duration = 7200 -- what counts = soon
      -- parameter: node text = null
      -- parameter: reveal
      -- column: name text NAME
      -- column: ready_at time READY  AT
      -- column: details json
      -- column: odd colour
      -- A remark: no field.
      SELECT 1 -- title: not this
      """
    let query = QueryDefinition(name: "nodes", text: text)
    #expect(query.name == "nodes")
    #expect(query.title == "Nodes: and their state")
    #expect(query.summary == "One row a node, and no more.")
    #expect(
      query.parameters == [
        .init(name: "now", type: .time, defaultText: nil, help: "the moment: of asking"),
        .init(name: "within", type: .duration, defaultText: "7200", help: "what counts = soon"),
        .init(name: "node", type: .text, defaultText: "null", help: ""),
        .init(name: "reveal", type: .text, defaultText: nil, help: ""),
      ])
    #expect(
      query.columns == [
        Column(name: "name", type: .text, title: "NAME"), Column(name: "ready_at", type: .time, title: "READY  AT"),
        Column(name: "details", type: .json, title: nil), Column(name: "odd", type: .text, title: nil),
      ])
    #expect(query.sql == text)
  }

  @Test func textWithoutHeadIsOnlySQL() {
    let query = QueryDefinition(name: "a", text: "SELECT 1")
    #expect(query == QueryDefinition(name: "a", text: "SELECT 1"))
    #expect(query.title == "")
    #expect(query.parameters == [])
    #expect(query.columns == [])
  }
}

@Suite struct QueryFilesTests {
  @Test func allFilesAreBuiltIn() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../queries").standardizedFileURL.path
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
    #expect(files.map { String($0.dropLast(4)) }.sorted() == Answers.queries.map(\.name).sorted())
    #expect(files.count >= 8)
  }

  @Test(arguments: Answers.queries.map(\.name))
  func headIsWhole(_ name: String) throws {
    let query = try Answers.query(name)
    #expect(!query.title.isEmpty)
    #expect(query.summary.hasSuffix("."))
    #expect(!query.columns.isEmpty)
    #expect(Set(query.columns.map(\.name)).count == query.columns.count)
    #expect(query.columns.contains { $0.title != nil })
    for column in query.columns {
      #expect(column.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F || (0x30...0x39).contains($0) })
      if let title = column.title { #expect(title == title.uppercased()) }
    }
    for parameter in query.parameters { #expect(!parameter.help.isEmpty, "\(parameter.name)") }
  }

  /// A type that is misspelt would silently be text.
  @Test(arguments: Answers.queries.map(\.name))
  func typesAreKnown(_ name: String) throws {
    for line in try Answers.query(name).text.split(separator: "\n") {
      guard line.hasPrefix("-- column: ") || line.hasPrefix("-- parameter: ") else { continue }
      let words = line.split(separator: " ")
      try #require(words.count >= 4)
      #expect(ColumnType(rawValue: String(words[3])) != nil, "\(line)")
    }
  }

  @Test func stagesAreAskedInTheirOrder() throws {
    let text = """
      -- title: T
      -- column: n integer N
      -- What is counted; all of it.
      -- stage: ones
      SELECT 1 AS one, :now AS now;

      -- stage: twos
      SELECT one + 1 AS two FROM ones;

      -- answer
      SELECT two + (SELECT count(*) FROM ones) AS n FROM twos
      """
    let query = QueryDefinition(name: "n", text: text)
    #expect(query.stages.map(\.name) == ["ones", "twos"])
    #expect(query.columns.map(\.name) == ["n"])
    try withStore { path in
      let answers = try Answers(path: path)
      #expect(try answers.answer(query).rows == [[.integer(3)]])
      #expect(try answers.answer(query).rows == [[.integer(3)]])
    }
  }

  @Test func aStageIsIndexedByWhatItsRowsAreLookedUpBy() throws {
    let query = QueryDefinition(
      name: "n",
      text: "-- title: T\n-- stage: ones\n-- index: one, two\nSELECT 1 AS one, 2 AS two;\n-- stage: rest\nSELECT 3;\n")
    #expect(query.stages.map(\.index) == [["one", "two"], []])
    try withStore { path in
      let store = try Store(reading: path)
      for stage in query.stages { try store.connection.keep(stage.sql, as: stage.name, index: stage.index) { _ in } }
      let plan = try store.connection.prepare("EXPLAIN QUERY PLAN SELECT * FROM ones WHERE one = 1 AND two > 1")
      #expect(try plan.step())
      #expect(plan.text(3).contains("(one=? AND two>?)"))
    }
  }

  /// The stages of the queries that are used come first, each once, however they use one another.
  @Test func usedStagesComeFirst() {
    let library = [
      "a": "-- uses: b\n-- stage: one\nSELECT 1;\n-- answer\nSELECT 1",
      "b": "-- uses: a\n-- stage: zero\nSELECT 0;\n-- answer\nSELECT 0",
    ]
    let query = QueryDefinition(
      name: "n", text: "-- title: T\n-- uses: a\n-- uses: b\n-- uses: c\n-- stage: two\nSELECT 2;\n-- answer\nSELECT 3"
    ) { library[$0] }
    #expect(query.stages.map(\.name) == ["zero", "one", "two"])
    #expect(query.sql == "-- answer\nSELECT 3")
  }

  /// Stages are tables of one connection: two of one name would hide each other.
  @Test(arguments: Answers.queries.map(\.name))
  func stagesHaveNamesOfTheirOwn(_ name: String) throws {
    let names = try Answers.query(name).stages.map(\.name)
    #expect(Set(names).count == names.count)
    for line in try Answers.query(name).text.split(separator: "\n") where line.hasPrefix("-- uses: ") {
      #expect(Answers.queries.contains { $0.name == line.dropFirst(9) })
    }
  }

  /// A stage is a query and nothing else, and the file is not written.
  @Test(arguments: ["DELETE FROM events", "SELECT 1; DELETE FROM events", "1"])
  func stagesOnlyRead(_ sql: String) throws {
    try withStore { path in
      let query = QueryDefinition(name: "n", text: "-- stage: s\n\(sql);\n-- answer\nSELECT 1 AS n")
      #expect(refusal { () throws(QueryError) in try Answers(path: path).answer(query) } != nil)
    }
  }

  @Test(arguments: Answers.queries.map(\.name))
  func columnsAreWhatTheStatementGives(_ name: String) throws {
    let query = try Answers.query(name)
    try withStore { path in
      let store = try Store(reading: path)
      for stage in query.stages { try store.connection.keep(stage.sql, as: stage.name) { _ in } }
      let statement = try store.connection.prepare(query.sql)
      #expect(statement.columnNames == query.columns.map(\.name))
    }
  }

  @Test(arguments: Answers.queries.map(\.name))
  func parametersAreWhatTheStatementTakes(_ name: String) throws {
    let query = try Answers.query(name)
    try withStore { path in
      let store = try Store(reading: path)
      var names: Set<String> = []
      for stage in query.stages {
        try store.connection.keep(stage.sql, as: stage.name) { names.formUnion($0.parameterNames) }
      }
      names.formUnion(try store.connection.prepare(query.sql).parameterNames)
      #expect(names.sorted() == query.parameters.map(\.name).sorted())
    }
  }

  @Test(arguments: Answers.queries.map(\.name))
  func defaultsAreValues(_ name: String) throws {
    for parameter in try Answers.query(name).parameters {
      guard let text = parameter.defaultText else { continue }
      #expect(throws: Never.self) { try Answers.value(text, for: parameter) }
    }
  }

  @Test(arguments: Answers.queries.map(\.name))
  func emptyStoreGivesNoRows(_ name: String) throws {
    try withStore { path in
      let query = try Answers.query(name)
      let values: [String: Value] = query.parameters.contains { $0.name == "now" } ? ["now": .integer(begin)] : [:]
      #expect(try Answers(path: path).answer(name, values) == ResultTable(columns: query.columns))
    }
  }
}

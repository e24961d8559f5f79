import Glibc
import Testing

@testable import KubelogStore

@Suite struct ConnectionTests {
  @Test(arguments: ["SELECT 1; SELECT 2", "SELECT 1; -- and then", "SELECT 1;\n;\nDELETE FROM kinds"])
  func twoStatementsAreRefused(_ sql: String) throws {
    try withStore { path in
      let store = try Store(writing: path)
      let error = refusal { () throws(StoreError) in _ = try store.connection.prepare(sql) }
      #expect(error == .statement(reason: "it holds more than one statement"))
      #expect(error?.sentence == "the query was refused: it holds more than one statement")
    }
  }

  @Test(arguments: ["SELECT 1", "SELECT 1;", "SELECT 1 ;\r\n\t ;", "-- first\nSELECT 1 -- last"])
  func oneStatementIsTaken(_ sql: String) throws {
    try withStore { path in
      let store = try Store(writing: path)
      let statement = try store.connection.prepare(sql)
      #expect(try statement.step())
      #expect(statement.integer(0) == 1)
    }
  }

  @Test(arguments: ["", "  ", "-- nothing but words", ";"])
  func noStatementIsRefused(_ sql: String) throws {
    try withStore { path in
      let store = try Store(writing: path)
      let error = refusal { () throws(StoreError) in _ = try store.connection.prepare(sql) }
      #expect(error == .statement(reason: "it is empty"))
    }
  }

  @Test func wrongStatementSaysWhy() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let error = refusal { () throws(StoreError) in _ = try store.connection.prepare("SELECT colour FROM events") }
      #expect(error == .statement(reason: "no such column: colour"))
      #expect(error?.exitStatus == 78)
    }
  }

  @Test(arguments: [
    "INSERT INTO kinds (name) VALUES ('a')", "UPDATE kinds SET name = 'b'", "DELETE FROM kinds", "DROP TABLE kinds",
    "CREATE TABLE more (a)", "CREATE TEMP TABLE more (a)", "CREATE TEMP VIEW more AS SELECT 1",
    "ATTACH 'other.db' AS other", "DETACH main", "PRAGMA user_version", "PRAGMA user_version = 9",
    "PRAGMA journal_mode = DELETE", "BEGIN IMMEDIATE", "VACUUM", "VACUUM INTO '/tmp/kubelog-copy.db'", "REINDEX",
    "ANALYZE",
    "WITH a AS (SELECT 1) INSERT INTO kinds (name) SELECT 'a' FROM a",
    "INSERT INTO kinds (name) VALUES ('a') RETURNING id", "SELECT load_extension('evil')",
  ])
  func readingConnectionRefuses(_ sql: String) throws {
    try withStore { path in
      _ = try Store(writing: path)
      let store = try Store(reading: path)
      // What is prepared must not run either.
      let error = refusal { () throws(StoreError) in
        let statement = try store.connection.prepare(sql)
        while try statement.step() {}
      }
      guard case .statement? = error else {
        Issue.record("\(sql): \(String(describing: error))")
        return
      }
      #expect(try number(path, "SELECT count(*) FROM kinds") == 0)
    }
  }

  @Test(arguments: [
    "SELECT count(*) FROM kinds", "VALUES (1)", "WITH a AS (SELECT 1) SELECT * FROM a",
    "EXPLAIN QUERY PLAN SELECT * FROM kinds", "SELECT value FROM json_each('[1]')",
  ])
  func readingConnectionReads(_ sql: String) throws {
    try withStore { path in
      _ = try Store(writing: path)
      let store = try Store(reading: path)
      let statement = try store.connection.prepare(sql)
      let hasRow = try statement.step()
      #expect(hasRow)
    }
  }

  @Test func lockedStoreIsBusy() throws {
    try withStore { path in
      let store = try Store(writing: path)
      try store.connection.execute("BEGIN IMMEDIATE")
      let other = try Connection(path: path, access: .readWrite)
      try other.execute("PRAGMA busy_timeout = 0")
      let error = refusal { () throws(StoreError) in try other.execute("BEGIN IMMEDIATE") }
      #expect(error == .busy(path: path))
      #expect(error?.exitStatus == 75)
      // Who only reads is not held up.
      #expect(try number(path, "SELECT count(*) FROM kinds") == 0)
    }
  }

  @Test func symbolicLinkIsNotFollowed() throws {
    try withStore { path in
      _ = try Store(writing: path)
      try #require(symlink(path, path + ".link") == 0)
      let error = refusal { () throws(StoreError) in _ = try Connection(path: path + ".link", access: .readWrite) }
      guard case .cannotCreate? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  // MARK: Statements

  @Test func valuesComeBackAsTheyWent() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let statement = try store.connection.prepare("SELECT ?1 AS a, :name AS b, ?3, ?4, ?5, ?6")
      statement.bind(.null, .integer(.min), .real(0.25), .text("é\u{0}\u{1F600}"), .blob([0, 255]), .text(""))
      #expect(try statement.step())
      #expect(statement.cell(0) == .null)
      #expect(statement.cell(1) == .integer(.min))
      #expect(statement.cell(2) == .real(0.25))
      #expect(statement.cell(3) == .text("é\u{0}\u{1F600}"))
      #expect(statement.cell(4) == .blob([0, 255]))
      #expect(statement.cell(5) == .text(""))
      #expect(statement.optionalInteger(0) == nil)
      #expect(statement.optionalInteger(1) == .min)
      #expect(statement.integer(0) == 0)
      #expect(statement.text(0) == "")
      #expect(Array(statement.columnNames.prefix(2)) == ["a", "b"])
      #expect(Array(statement.parameterNames.prefix(2)) == ["1", "name"])
      #expect(try !statement.step())
    }
  }

  @Test func resetForgetsTheValues() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let statement = try store.connection.prepare("SELECT ?1")
      statement.bind(.integer(7))
      #expect(try statement.step())
      statement.reset()
      #expect(try statement.step())
      #expect(statement.cell(0) == .null)
    }
  }

  @Test func lastInsertionTellsInsertFromUpdate() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let upsert = try store.connection.prepare(
        "INSERT INTO kinds (name) VALUES (?1) ON CONFLICT (name) DO UPDATE SET name = excluded.name")
      store.connection.forgetLastInsertion()
      try upsert.run(.text("a"))
      #expect(store.connection.lastInsertion == 1)
      store.connection.forgetLastInsertion()
      try upsert.run(.text("a"))
      #expect(store.connection.lastInsertion == 0)
    }
  }
}

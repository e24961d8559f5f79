import Glibc
import TestSamples
import Testing

@testable import KubelogStore

/// What looking through a store finds.
@Suite struct CheckTests {
  private func check(_ path: String, _ sealing: Sealing = .fixed) throws -> StoreCheck {
    try Store.check(at: path, sealing: sealing)
  }

  private func findings(_ path: String) throws -> [String] {
    try check(path).findings.map { "\($0.part): \($0.finding) (\($0.count))" }
  }

  /// A store of three inputs, in which `sql` then changes what no kubelog would.
  private func withChanged(_ sql: String, _ body: (String) throws -> Void) throws {
    try withStore { path in
      for (text, source) in [(initLog, "/a"), (joinLog, "/b"), (journal, "/c")] {
        try ingest(text, into: path, source: source)
      }
      try Connection(path: path, access: .readWrite).execute("PRAGMA writable_schema = ON; \(sql)")
      try body(path)
    }
  }

  @Test(arguments: FixtureInput.texts) func whatWasIngestedIsSound(_ input: FixtureInput) throws {
    try withStore { path in
      try ingest(String(decoding: input.bytes, as: UTF8.self), into: path)
      let check = try check(path)
      #expect(check.findings == [])
      #expect(check.events == Int(try number(path, "SELECT count(*) FROM events")))
      #expect(check.opened == Int(try number(path, "SELECT count(value) FROM secrets")))
    }
  }

  @Test(arguments: [
    ("DELETE FROM kinds WHERE name LIKE '%started'", "references: events without its row in kinds"),
    ("UPDATE events SET attributes = '{' WHERE id = 1", "events: attributes that are no JSON (1)"),
    ("UPDATE events SET digest = x'00' WHERE id = 2", "events: an id is no digest (1)"),
    ("UPDATE events SET time = NULL WHERE id = 3", "events: a time without a pedigree, or the reverse (1)"),
    ("UPDATE events SET count = count + 1 WHERE count > 1", "events: a count that is not that of its occurrences"),
    ("UPDATE secrets SET value = CAST(x'00' || value AS BLOB) WHERE is_sealed", "secrets: a value that does not open"),
    ("UPDATE secrets SET is_sealed = 0", "secrets: a value in the clear"),
    ("UPDATE runs SET chain = x'00'", "runs: a fingerprint that is cut"),
    ("UPDATE sessions SET arguments = ''", "runs: arguments or hashes that are no JSON"),
    ("UPDATE observations SET seen_at = 5", "observations: a moment that is not its event's"),
    ("DROP INDEX events_by_time", "schema: index events_by_time is missing or another"),
    ("CREATE TABLE mine (a)", "schema: table mine is not kubelog's"),
    ("CREATE TRIGGER t AFTER INSERT ON events BEGIN SELECT 1; END", "schema: trigger t is not kubelog's"),
  ])
  func whatIsWrongIsTold(_ sql: String, _ finding: String) throws {
    try withChanged(sql) { path in
      let findings = try findings(path)
      #expect(findings.contains { $0.hasPrefix(finding) }, "\(findings)")
    }
  }

  @Test func aDamagedPageIsTold() throws {
    try withChanged("") { path in
      let root = try number(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_time'")
      let size = Store.pageSize
      try overwrite(path, at: (Int(root) - 1) * size, with: Array(repeating: 0xFF, count: size))
      #expect(try findings(path).contains { $0.hasPrefix("pages: ") })
    }
  }

  @Test func whatIsNoDatabaseIsToldAsWell() throws {
    try withStore { path in
      try makeFolder(of: path)
      let file = fopen(path, "w")
      fputs(String(repeating: "no database\n", count: 1000), file)
      fclose(file)
      #expect(try findings(path) == ["file: file is not a database (1)"])
    }
  }

  @Test func withoutTheKeyItSaysThatValuesWereNotTried() throws {
    try withChanged("") { path in
      let check = try check(path, Sealing(key: .file("/nowhere/seal.key")))
      #expect(check.findings == [])
      #expect(check.seal == .missing(path: "/nowhere/seal.key"))
      #expect(check.opened == 0)
    }
  }

  @Test func whatIsNotKubelogsOrNewerIsNotLookedThrough() throws {
    try withChanged("PRAGMA user_version = 41") { path in
      #expect(throws: StoreError.newer(path: path, version: 41, known: Schema.migrations.count)) { try check(path) }
    }
    #expect(throws: StoreError.missing(path: "/nowhere/a.db")) { try check("/nowhere/a.db") }
  }

  @Test func itChangesNothing() throws {
    try withChanged("") { path in
      let before = try dump(path)
      _ = try check(path)
      #expect(try dump(path) == before)
    }
  }
}

/// Puts bytes into a file, as a broken disk does.
func overwrite(_ path: String, at place: Int, with bytes: [UInt8]) throws {
  let file = open(path, O_WRONLY | O_CLOEXEC)
  try #require(file >= 0)
  defer { close(file) }
  try #require(pwrite(file, bytes, bytes.count, place) == bytes.count)
}

import Glibc
import Testing
import TestSamples

@testable import KubelogStore

@Suite struct SchemaTests {
  @Test func newStoreSaysWhoseAndHowOldItIs() throws {
    try withStore { path in
      _ = try Store(writing: path)
      let connection = try Connection(path: path, access: .readWrite)
      #expect(try pragma("user_version", connection) == Int64(Schema.migrations.count))
      #expect(try pragma("application_id", connection) == 0x6B62_6C67)
      #expect(Store.schemaVersion == Schema.migrations.count)
    }
  }

  @Test func writingConnectionKeepsForeignKeys() throws {
    try withStore { path in
      let store = try Store(writing: path)
      #expect(try pragma("foreign_keys", store.connection) == 1)
      let error = refusal { () throws(StoreError) in
        try store.connection.execute("INSERT INTO observations (event, node, observer) VALUES (7, 'cp1', 'snapshot')")
      }
      #expect(error == .statement(reason: "FOREIGN KEY constraint failed"))
    }
  }

  @Test func everyTableIsStrict() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let statement = try store.connection.prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'"
      )
      var loose: [String] = []
      while try statement.step() { loose.append(statement.text(0)) }
      #expect(loose == [])
      let error = refusal { () throws(StoreError) in
        try store.connection.execute(
          "INSERT INTO sources (path, format, bytes, lines, truncated_lines, bad_utf8_lines) VALUES ('a', 'b', 'many', 0, 0, 0)"
        )
      }
      #expect(error == .statement(reason: "cannot store TEXT value in INTEGER column sources.bytes"))
    }
  }

  @Test func openingAgainChangesNothing() throws {
    try withStore { path in
      try ingest(initLog, into: path)
      let before = try dump(path)
      _ = try Store(writing: path)
      #expect(try dump(path) == before)
    }
  }

  // MARK: Refusals

  @Test func databaseOfAnotherProgramIsRefusedAndLeftAlone() throws {
    try withStore { path in
      try makeFolder(of: path)
      let other = try Connection(path: path, access: .readWrite)
      try other.execute("CREATE TABLE albums (title TEXT); INSERT INTO albums VALUES ('Rumours')")
      let error = refusal { () throws(StoreError) in _ = try Store(writing: path) }
      #expect(error == .foreign(path: path))
      #expect(error?.exitStatus == 74)
      #expect(try pragma("application_id", other) == 0)
      let tables = try other.prepare("SELECT group_concat(name) FROM sqlite_schema")
      _ = try tables.step()
      #expect(tables.text(0) == "albums")
    }
  }

  @Test func databaseOfAnotherProgramIsNotReadEither() throws {
    try withStore { path in
      try makeFolder(of: path)
      let other = try Connection(path: path, access: .readWrite)
      try other.execute("CREATE TABLE albums (title TEXT)")
      let error = refusal { () throws(StoreError) in _ = try Store(reading: path) }
      #expect(error == .foreign(path: path))
    }
  }

  @Test func whatIsNoDatabaseIsRefused() throws {
    try withStore { path in
      try makeFolder(of: path)
      let file = fopen(path, "w")
      fputs(String(repeating: "this is no database, but long enough to be looked at\n", count: 100), file)
      fclose(file)
      let error = refusal { () throws(StoreError) in _ = try Store(writing: path) }
      #expect(error == .damaged(path: path, reason: "file is not a database"))
    }
  }

  @Test(arguments: [true, false])
  func newerStoreIsRefusedWithItsNumber(writing: Bool) throws {
    try withStore { path in
      _ = try Store(writing: path)
      let known = Schema.migrations.count
      try Connection(path: path, access: .readWrite).execute("PRAGMA user_version = 41")
      let error = refusal { () throws(StoreError) in
        _ = writing ? try Store(writing: path) : try Store(reading: path)
      }
      #expect(error == .newer(path: path, version: 41, known: known))
      #expect(error?.sentence.contains("schema 41") == true)
      #expect(error?.sentence.contains("up to \(known)") == true)
      #expect(error?.exitStatus == 78)
    }
  }

  @Test func readingWhereThereIsNoStoreMakesNone() throws {
    try withStore { path in
      let error = refusal { () throws(StoreError) in _ = try Store(reading: path) }
      #expect(error == .missing(path: path))
      #expect(error?.exitStatus == 66)
      #expect(access(path, F_OK) != 0)
    }
  }

  @Test func pathThatCannotBeMadeIsRefused() throws {
    let error = refusal { () throws(StoreError) in _ = try Store(writing: "/proc/nowhere/kubelog.db") }
    guard case .cannotCreate(let path, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == "/proc/nowhere/kubelog.db")
    #expect(error?.exitStatus == 73)
  }

  // MARK: The first schema

  @Test func releasedMigrationIsNeverEdited() {
    #expect(Schema.migrations.first == firstSchema)
  }

  @Test(arguments: [true, false])
  func storeOfTheFirstSchemaStillOpens(writingFirst: Bool) throws {
    try withStore { path in
      try makeFolder(of: path)
      do {
        let old = try Connection(path: path, access: .readWrite)
        try old.execute(firstSchema)
        try old.execute(
          """
          PRAGMA user_version = 1;
          INSERT INTO sources VALUES (1, '/var/log/old.log', 'kubeadm', 812, 12, 0, 1);
          INSERT INTO kinds VALUES (1, 'kubeadm.session.started');
          INSERT INTO runs VALUES (1, x'0102', 'cp1', NULL, NULL, 7, 1, x'0000000000000007');
          INSERT INTO events (digest, run, kind, severity, time, time_source, message, source, line, byte, is_tentative)
            VALUES (x'0a', 1, 1, 0, 1700000000000000, 2, 'kubeadm session began', 1, 1, 0, 0);
          INSERT INTO observations (event, node, status, observer) VALUES (1, 'cp1', 'Ready', 'snapshot');
          """)
      }
      if writingFirst { _ = try Store(writing: path) }
      #expect(
        try rows(path, "SELECT path, format, bytes, lines, bad_utf8_lines FROM sources") == [
          "/var/log/old.log|kubeadm|812|12|1"
        ])
      #expect(
        try rows(
          path,
          "SELECT kinds.name, time, runs.node FROM events JOIN kinds ON kinds.id = kind JOIN runs ON runs.id = run")
          == ["kubeadm.session.started|1700000000000000|cp1"])
      #expect(try rows(path, "SELECT node, seen_at, is_inferred FROM observations") == ["cp1|1700000000000000|0"])
      let connection = try Connection(path: path, access: .readWrite)
      #expect(try pragma("user_version", connection) == Int64(Schema.migrations.count))
    }
  }
}

/// The umask belongs to the whole process: each of these runs in one of its own.
@Suite struct ModeTests {
  @Test func isPrivateWithoutUmask() async {
    await #expect(processExitsWith: .success) {
      umask(0)
      try expectPrivateStore()
    }
  }

  @Test func isPrivateAndUsableWithStrictUmask() async {
    await #expect(processExitsWith: .success) {
      umask(0o077)
      try expectPrivateStore()
    }
  }

  @Test func isUsableWhenTheUmaskTakesRightsFromTheOwner() async {
    await #expect(processExitsWith: .success) {
      umask(0o777)
      try expectPrivateStore()
    }
  }
}

/// Makes a store two folders deep and looks at the modes of all there is.
private func expectPrivateStore() throws {
  var template = Array("/tmp/kubelog-mode-XXXXXX".utf8CString)
  let isMade = mkdtemp(&template) != nil
  try #require(isMade)
  let base = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  chmod(base, 0o755)
  let path = base + "/state/kubelog/kubelog.db"
  let store = try Store(writing: path)
  try store.connection.execute("INSERT INTO kinds VALUES (1, 'a')")
  #expect(mode(base) == 0o755, "a folder that was there is not changed")
  #expect(mode(base + "/state") == 0o700)
  #expect(mode(base + "/state/kubelog") == 0o700)
  #expect(mode(path) == 0o600)
  #expect(mode(path + "-wal") == 0o600)
  #expect(mode(path + "-shm") == 0o600)
  for file in [path, path + "-wal", path + "-shm"] { unlink(file) }
  for folder in ["/state/kubelog", "/state", ""] { rmdir(base + folder) }
}

private func mode(_ path: String) -> UInt32? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
}

private func pragma(_ name: String, _ connection: borrowing Connection) throws -> Int64 {
  let statement = try connection.prepare("PRAGMA \(name)")
  _ = try statement.step()
  return statement.integer(0)
}

func makeFolder(of path: String) throws {
  let folder = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  try #require(mkdir(folder, 0o700) == 0)
}

/// The error that `body` throws, nil when it throws none.
func refusal(_ body: () throws(StoreError) -> Void) -> StoreError? {
  do throws(StoreError) {
    try body()
    return nil
  } catch {
    return error
  }
}

import FoundationEssentials
import Glibc
import TestSamples
import Testing

@testable import KubelogStore

/// What is saved of a store whose file was damaged, at places that are chosen and at random ones.
@Suite struct RecoveryTests {
  private static let pageSize = Store.pageSize

  /// What is known of an undamaged store.
  private struct Whole: Sendable {
    var bytes: [UInt8]
    var facts: [String]
    /// Each page's table, where it holds rows: the table and how many rows.
    var rows: [(page: Int, table: String, count: Int)]

    var pages: Int { bytes.count / RecoveryTests.pageSize }
  }

  private static let inputs = [
    (initLog, "/a", "cp1"), (joinLog, "/b", "cp2"), (failedJoinLog, "/c", "w1"), (journal, "/d", "cp1"),
  ]

  /// Reads the inputs into the store.
  private func fill(_ path: String) throws { try Self.fill(path) }

  private static func fill(_ path: String) throws {
    for (text, source, node) in inputs { try ingest(text, into: path, source: source, node: node) }
  }

  private func whole() throws -> Whole { try Self.made.get() }

  private static let made = Result { try makeWhole() }

  /// A store with several pages of events, all of it in the one file.
  private static func makeWhole() throws -> Whole {
    try withStore { path in
      try fill(path)
      _ = try Store.compact(at: path)
      let file = try #require(FileManager.default.contents(atPath: path).map { Array($0) })
      // Which page is whose is told by the library's own view of it, where it has one.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      defer { close(descriptor) }
      let pages = PageFile(file: descriptor, log: -1)
      let shapes = try TableShape.all(Store(writing: path).connection)
      var rows: [(Int, String, Int)] = []
      for number in 1...pages.count {
        guard let page = PageRecords(number, of: pages) else { continue }
        for shape in shapes {
          let count = page.records.count { shape.row($0) != nil }
          if count > 0 { rows.append((number, shape.name, count)) }
        }
      }
      return Whole(bytes: file, facts: try facts(path), rows: rows)
    }
  }

  /// Recovers a store of those bytes, and hands on where it is.
  private func recovering(
    _ bytes: [UInt8], log: [UInt8]? = nil, _ body: (String, Recovered) throws -> Void
  ) throws {
    try withStore { path in
      try makeFolder(of: path)
      try write(bytes, path)
      if let log { try write(log, path + "-wal") }
      let recovered = try Store.recover(at: path, sealing: .fixed)
      #expect(try Store.check(at: path, sealing: .fixed).findings == [])
      #expect(
        FileManager.default.contents(atPath: recovered.damaged).map { Array($0) } == bytes, "the damaged one is kept")
      try body(path, recovered)
    }
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  // MARK: Whole

  @Test func ofAWholeStoreNothingIsLost() throws {
    try withStore { path in
      try fill(path)
      let before = try dump(path)
      let recovered = try Store.recover(at: path, sealing: .fixed)
      #expect(try dump(path) == before)
      #expect(recovered.damaged == path + ".damaged")
      #expect((recovered.damagedPages, recovered.dropped, recovered.lostEvents) == (0, 0, 0))
      #expect(recovered.notes == [])
      // The next one has a name of its own.
      #expect(try Store.recover(at: path, sealing: .fixed).damaged == path + ".damaged.2")
    }
  }

  /// The rows of the tables as SQLite counts them are those that were read without it.
  @Test func pagesAreReadAsSQLiteReadsThem() throws {
    let whole = try whole()
    try withStore { path in
      try makeFolder(of: path)
      try write(whole.bytes, path)
      for table in Set(whole.rows.map(\.table)) {
        let read = whole.rows.filter { $0.table == table }.reduce(0) { $0 + $1.count }
        #expect(read == Int(try number(path, "SELECT count(*) FROM \(table)")), "\(table)")
      }
    }
    #expect(Set(whole.rows.map(\.table)).count >= 10)
  }

  /// A store whose commits wait in its log, since somebody reads it: its file and its log as they are.
  private func withCommitsInLog(_ body: (_ path: String, _ file: [UInt8], _ log: [UInt8]) throws -> Void) throws {
    try withStore { path in
      let reader = try Store(writing: path)
      try reader.connection.execute("BEGIN; SELECT count(*) FROM events")
      try fill(path)
      let log = try #require(FileManager.default.contents(atPath: path + "-wal").map { Array($0) })
      let file = try #require(FileManager.default.contents(atPath: path).map { Array($0) })
      try body(path, file, log)
    }
  }

  @Test func commitsThatWaitInTheLogAreSaved() throws {
    try withCommitsInLog { path, file, log in
      #expect(log.count > 100_000)
      let all = try dump(path)
      try recovering(file, log: log) { (saved, _) throws in #expect(try dump(saved) == all) }
      // SQLite gives up at the first frame that is broken; what stands behind it is whole.
      var broken = log
      broken[32 + 24 + 100] ^= 0xFF
      try recovering(file, log: broken) { (saved, recovered) throws in
        #expect(Set(try facts(saved)).subtracting(try facts(path)).isEmpty)
        #expect(try number(saved, "SELECT count(*) FROM events") > 50)
      }
      var headless = log
      headless.replaceSubrange(0..<32, with: Array(repeating: 0, count: 32))
      try recovering(file, log: headless) { (saved, _) throws in
        #expect(try number(saved, "SELECT count(*) FROM events") == number(path, "SELECT count(*) FROM events"))
      }
    }
  }

  /// The new store was made, and before it was at its place the process was killed or the power went: at each such moment the
  /// old one is still there, under one name or two, and its log beside one of them. Who looks at it then leaves an empty log.
  @Test(arguments: ["", "file", "log", "file log", "file log gone", "file log gone seen"])
  func whoeverIsKilledWhileTheNewOneTakesItsPlaceCanTryAgain(_ done: String) throws {
    try withCommitsInLog { path, file, log in
      let all = try dump(path)
      try withStore { path in
        try makeFolder(of: path)
        for part in ["", ".damaged"] { try write(file, path + part) }
        try write(log, path + "-wal")
        try write(Array(file.prefix(5_000)), path + ".recovering")
        let other = path + ".damaged.2"
        if done.contains("file") { #expect(link(path, other) == 0) }
        if done.contains("log") { #expect(link(path + "-wal", other + "-wal") == 0) }
        if done.contains("gone") { #expect(unlink(path + "-wal") == 0) }
        if done.contains("seen") { try write([], path + "-wal") }
        #expect(try Store.recover(at: path, sealing: .fixed).damaged == other)
        #expect(try dump(path) == all)
        #expect(FileManager.default.contents(atPath: other).map { Array($0) } == file)
        #expect(FileManager.default.contents(atPath: other + "-wal").map { Array($0) } == log)
        let names = try FileManager.default.contentsOfDirectory(atPath: String(path.dropLast("/kubelog.db".count)))
        #expect(names.filter { !$0.hasPrefix("kubelog.db.damaged") && $0.hasPrefix("kubelog.db.") } == [])
      }
    }
  }

  // MARK: Damaged

  @Test func withoutItsHeadAllIsSaved() throws {
    let whole = try whole()
    var bytes = whole.bytes
    bytes.replaceSubrange(0..<100, with: Array(repeating: 0xAA, count: 100))
    try recovering(bytes) { (path, _) throws in #expect(try facts(path) == whole.facts) }
    // Without the schema as well.
    bytes.replaceSubrange(0..<Self.pageSize, with: Array(repeating: 0, count: Self.pageSize))
    try recovering(bytes) { (path, _) throws in #expect(try facts(path) == whole.facts) }
  }

  /// Older versions made stores of smaller pages, which nothing says where the head is gone.
  @Test func anOlderStoreWithoutItsHeadIsSaved() throws {
    let whole = try whole()
    try withStore { path in
      try makeFolder(of: path)
      try write([], path)
      do {
        let store = try Connection(path: path, access: .readWrite)
        try store.execute("PRAGMA page_size = 4096; CREATE TABLE a (b); DROP TABLE a")
      }
      try fill(path)
      #expect(try facts(path) == whole.facts)
      var bytes = Array(FileManager.default.contents(atPath: path) ?? Data())
      #expect(bytes[16..<18] == [0x10, 0])
      bytes.replaceSubrange(0..<4096, with: Array(repeating: 0, count: 4096))
      try recovering(bytes) { (path, _) throws in #expect(try facts(path) == whole.facts) }
    }
  }

  /// Whatever page is destroyed, and however: what stands on the others is saved, and reading the inputs again brings the
  /// rest back.
  @Test func eachPageInTurn() throws {
    let whole = try whole()
    for page in 1...whole.pages {
      var bytes = whole.bytes
      let place = (page - 1) * Self.pageSize
      bytes.replaceSubrange(
        place..<place + Self.pageSize, with: Array(repeating: UInt8(page % 7), count: Self.pageSize))
      try recovering(bytes) { (path, recovered) throws in
        for (table, count) in saved(whole, without: [page]) {
          let rows = recovered.rows.first { $0.table == table }?.rows ?? 0
          #expect(rows + recovered.dropped >= count, "page \(page): \(table)")
        }
        try fill(path)
        #expect(try Store.check(at: path, sealing: .fixed).findings == [])
        let kinds = Set(whole.rows.filter { $0.page == page }.map(\.table))
        // Without their fingerprints runs are not known again, and without the store's key no secret is.
        if kinds.isDisjoint(with: ["runs", "meta", "secrets"]) {
          let again = try facts(path)
          #expect(again == whole.facts, "page \(page), \(kinds): \(differences(whole.facts, again))")
        }
      }
    }
  }

  private func saved(_ whole: Whole, without pages: Set<Int>) -> [String: Int] {
    whole.rows.reduce(into: [:]) { counts, entry in
      if entry.table != "meta", !pages.contains(entry.page) { counts[entry.table, default: 0] += entry.count }
    }
  }

  @Test(arguments: 0..<40) func randomDamageIsSurvived(_ seed: Int) throws {
    let whole = try whole()
    var random = Dice(seed: UInt64(seed) &* 0x9E37_79B9 &+ 1)
    var bytes = whole.bytes
    var pages: Set<Int> = []
    switch seed % 4 {
    case 0:
      for _ in 0..<1 + seed {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
        pages.insert(place / Self.pageSize + 1)
      }
    case 1:
      let place = Int.random(in: 0..<bytes.count - 6000, using: &random)
      for index in place..<place + 6000 { bytes[index] = UInt8.random(in: 0...255, using: &random) }
      pages = [place / Self.pageSize + 1, place / Self.pageSize + 2, (place + 5999) / Self.pageSize + 1]
    case 2:
      bytes.removeLast(Int.random(in: 1..<bytes.count - Self.pageSize, using: &random))
      pages = Set(bytes.count / Self.pageSize + 1...whole.pages + 1)
    default:
      let (one, two) = (
        Int.random(in: 0..<whole.pages, using: &random) * Self.pageSize,
        Int.random(in: 0..<whole.pages, using: &random) * Self.pageSize
      )
      for index in 0..<Self.pageSize { bytes.swapAt(one + index, two + index) }
      // The first page begins behind the head of the file; nowhere else does one.
      if one == 0 || two == 0 { pages = [1, max(one, two) / Self.pageSize + 1] }
    }
    let left = saved(whole, without: pages)
    guard whole.rows.contains(where: { !pages.contains($0.page) }) else {
      // Of a file that was cut before its first row nothing is left, and it stays as it is.
      return try withStore { path in
        try makeFolder(of: path)
        try write(bytes, path)
        #expect(throws: StoreError.nothingSaved(path: path)) { try Store.recover(at: path, sealing: .fixed) }
        #expect(FileManager.default.contents(atPath: path).map { Array($0) } == bytes)
      }
    }
    try recovering(bytes) { (path, recovered) throws in
      for (table, count) in left {
        let rows = recovered.rows.first { $0.table == table }?.rows ?? 0
        #expect(rows + recovered.dropped >= count, "\(table)")
      }
    }
  }

  @Test func namesThatAreLostAreTakenFromTheirIndex() throws {
    let whole = try whole()
    var bytes = whole.bytes
    for table in ["kinds", "sources"] {
      for entry in whole.rows where entry.table == table {
        let place = (entry.page - 1) * Self.pageSize
        bytes.replaceSubrange(place..<place + Self.pageSize, with: Array(repeating: 0, count: Self.pageSize))
      }
    }
    try recovering(bytes) { (path, recovered) throws in
      #expect(try facts(path) == whole.facts)
      #expect(try rows(path, "SELECT path FROM sources ORDER BY 1") == ["/a", "/b", "/c", "/d"])
      #expect(recovered.notes == [])
    }
  }

  @Test func withoutTheStoresKeySecretsAreKnownAgainByTheSealKey() throws {
    let whole = try whole()
    var bytes = whole.bytes
    for entry in whole.rows where entry.table == "meta" {
      let place = (entry.page - 1) * Self.pageSize
      bytes.replaceSubrange(place..<place + Self.pageSize, with: Array(repeating: 0, count: Self.pageSize))
    }
    try recovering(bytes) { (path, recovered) throws in
      #expect(recovered.notes == [])
      let secrets = try number(path, "SELECT count(*) FROM secrets")
      try fill(path)
      #expect(try number(path, "SELECT count(*) FROM secrets") == secrets)
      #expect(try Store.check(at: path, sealing: .fixed).opened == 2)
    }
  }

  // MARK: What nothing can be saved of

  @Test(arguments: ["", "no database at all\n", "SQLite format 3\u{0}"])
  func whatHoldsNothingIsLeftAlone(_ text: String) throws {
    try withStore { path in
      try makeFolder(of: path)
      let bytes = Array(String(repeating: text, count: 2000).utf8)
      try write(bytes, path)
      let error = refusal { () throws(StoreError) in _ = try Store.recover(at: path, sealing: .fixed) }
      #expect(error == .nothingSaved(path: path) || error == .foreign(path: path))
      #expect(error?.exitStatus == 74)
      #expect(FileManager.default.contents(atPath: path).map { Array($0) } == bytes)
      #expect(try FileManager.default.contentsOfDirectory(atPath: StorePlace.folder(of: path)) == ["kubelog.db"])
    }
  }

  @Test func theDatabaseOfAnotherProgramIsLeftAlone() throws {
    try withStore { path in
      try makeFolder(of: path)
      try Connection(path: path, access: .readWrite).execute(
        "CREATE TABLE albums (title TEXT); INSERT INTO albums VALUES ('Rumours')")
      #expect(throws: StoreError.foreign(path: path)) { try Store.recover(at: path, sealing: .fixed) }
    }
  }

  @Test func aNewerStoreIsRefused() throws {
    try withStore { path in
      _ = try Store(writing: path)
      try Connection(path: path, access: .readWrite).execute("PRAGMA user_version = 41")
      _ = try Connection(path: path, access: .readWrite).prepare("PRAGMA wal_checkpoint(TRUNCATE)").step()
      #expect(throws: StoreError.newer(path: path, version: 41, known: Schema.migrations.count)) {
        try Store.recover(at: path, sealing: .fixed)
      }
    }
  }

  /// A store of the first schema is saved as one, and then brought up to date.
  @Test func anOlderStoreIsSavedAndBroughtUpToDate() throws {
    try withStore { path in
      try makeFolder(of: path)
      try Connection(path: path, access: .readWrite).execute(
        """
        \(firstSchema);
        PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = 1;
        INSERT INTO sources VALUES (1, '/var/log/old.log', 'kubeadm', 812, 12, 0, 1);
        INSERT INTO kinds VALUES (1, 'kubeadm.session.started');
        INSERT INTO events (digest, kind, severity, time, time_source, message, source, line, byte, is_tentative)
          VALUES (x'000102030405060708090a0b0c0d0e0f', 1, 0, 1700000000000000, 0, 'it began', 1, 1, 0, 0);
        INSERT INTO observations (event, node, status, observer) VALUES (1, 'cp1', 'Ready', 'snapshot');
        """)
      _ = try Store.recover(at: path, sealing: .fixed)
      #expect(
        try rows(path, "SELECT message, observations.node, seen_at FROM events JOIN observations ON event = events.id")
          == [
            "it began|cp1|1700000000000000"
          ])
      #expect(try Store.check(at: path, sealing: .fixed).findings == [])
    }
  }
}

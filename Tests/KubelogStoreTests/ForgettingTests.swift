import Glibc
import KubelogParse
import KubelogScan
import TestSamples
import Testing

@testable import KubelogStore

/// What a store holds after it forgot, and what it does not.
@Suite struct ForgettingTests {
  /// 2026-11-23T14:29:00Z: after the first minutes of ``journal``.
  private let middle: Int64 = 1_795_444_140_000_000

  private func forget(_ what: Forgetting, _ path: String, isDryRun: Bool = false) throws -> Forgotten {
    try Store.forget(what, at: path, isDryRun: isDryRun)
  }

  private func isSound(_ path: String) throws -> Bool {
    try Store.check(at: path, sealing: .fixed).findings == []
  }

  // MARK: By time

  @Test func whatHadHappenedBeforeGoes() throws {
    try withStore { path in
      try ingest(journal, into: path)
      let before = try number(path, "SELECT sum(count) FROM events WHERE coalesce(last_time, time) < \(middle)")
      let after = try rows(path, "SELECT * FROM events WHERE coalesce(last_time, time) >= \(middle) ORDER BY id")
      #expect(before > 0 && !after.isEmpty)
      let forgotten = try forget(Forgetting(before: middle), path)
      #expect(forgotten.events == Int(before))
      #expect(forgotten.last.map { $0 < middle } == true)
      #expect(try rows(path, "SELECT * FROM events ORDER BY id") == after)
      #expect(try isSound(path))
      // The span of the log begins where the first event that is left does.
      #expect(
        try number(path, "SELECT min(began_at) FROM logs") == number(path, "SELECT min(time) FROM events"))
    }
  }

  @Test func theSameAgainComesBack() throws {
    try withStore { path in
      try ingest(journal, into: path)
      let before = try facts(path)
      _ = try forget(Forgetting(before: middle), path)
      #expect(try facts(path) != before)
      try ingest(journal, into: path)
      #expect(try facts(path) == before)
      #expect(try isSound(path))
    }
  }

  /// A run of kubeadm is never torn: half of it would tell something else.
  @Test func aRunGoesWholeOrNotAtAll() throws {
    try withStore { path in
      try watch(initLog, from: now - 60 * minute, into: path)
      let all = try facts(path)
      let last = try number(path, "SELECT max(time) FROM events")
      #expect(try number(path, "SELECT min(time) FROM events") < last)
      #expect(try forget(Forgetting(before: last), path) == Forgotten())
      #expect(try facts(path) == all)
      let forgotten = try forget(Forgetting(before: last + 1), path)
      #expect(forgotten.sessions == 1)
      #expect(forgotten.secrets > 2 && forgotten.values == 2)
      #expect(try facts(path) == [])
      #expect(try number(path, "SELECT count(*) FROM runs") == 0)
    }
  }

  @Test func whatHasNoTimeStays() throws {
    try withStore { path in
      try ingest(initLog, into: path, recorded(modified: nil))
      let all = try dump(path)
      #expect(try number(path, "SELECT count(*) FROM events WHERE time IS NULL") > 0)
      _ = try forget(Forgetting(before: now), path)
      #expect(try dump(path) == all)
    }
  }

  @Test func aDryRunTellsTheSameAndChangesNothing() throws {
    try withStore { path in
      try ingest(journal, into: path)
      try ingest(initLog, into: path, source: "/b", recorded(at: now - 60 * minute))
      let all = try dump(path)
      var told = try forget(Forgetting(before: now), path, isDryRun: true)
      #expect(try dump(path) == all)
      #expect(told.events > 0 && told.sources == 2)
      let did = try forget(Forgetting(before: now), path)
      told.isOverwritten = did.isOverwritten
      #expect(told == did)
    }
  }

  // MARK: By cluster

  /// What is left is what a store holds that never saw the other cluster.
  @Test func withoutAClusterTheStoreIsAsIfItHadNeverSeenIt() throws {
    func read(_ cluster: String, node: String, into path: String) throws {
      for (text, source) in [
        (initLog, "/\(cluster)/init"), (joinLog, "/\(cluster)/join"), (journal, "/\(cluster)/journal"),
      ] {
        var parser = try Parser(SourceOptions(node: node, clock: recorded(at: now - 60 * minute)))
        var lines = LineSplitter()
        let writer = try Writer(store: path, source: source, cluster: cluster, sealing: .fixed)
        let bytes = Array(text.replacing("cp1", with: node).utf8)
        lines.feed(bytes.span) { parser.take($0, at: $1) }
        lines.finish { parser.take($0, at: $1, isWhole: false) }
        parser.finish()
        try writer.write(parser.drain())
        try writer.finish(
          format: parser.format, bytes: lines.bytes, lines: lines.lines, truncatedLines: 0, badUTF8Lines: 0)
      }
    }
    let alone = try withStore { path in
      try read("prod", node: "cp1", into: path)
      return try facts(path) + rows(path, "SELECT path, format, lines FROM sources ORDER BY 1")
        + rows(
          path,
          "SELECT path, node, began_at, ended_at, byte, cluster FROM logs JOIN sources ON id = source ORDER BY 1, 2")
    }
    try withStore { path in
      try read("prod", node: "cp1", into: path)
      try read("lab", node: "w7", into: path)
      let runs = try rows(path, "SELECT run FROM sessions WHERE cluster = 'lab'").compactMap { Int64($0) }
      let forgotten = try forget(Forgetting(cluster: .init(name: "lab", runs: runs, nodes: ["w7"])), path)
      #expect(forgotten.sources == 3 && forgotten.sessions == 2)
      let left =
        try facts(path) + rows(path, "SELECT path, format, lines FROM sources ORDER BY 1")
        + rows(
          path,
          "SELECT path, node, began_at, ended_at, byte, cluster FROM logs JOIN sources ON id = source ORDER BY 1, 2")
      #expect(differences(alone, left) == [])
      #expect(try isSound(path))
    }
  }

  // MARK: Bytes

  /// Neither the file nor its log holds a value that was forgotten with what told of it.
  @Test func valuesThatGoAreOverwritten() throws {
    try withStore { path in
      try ingest(initLog, into: path, recorded(at: now - 60 * minute))
      let sealed = try rows(path, "SELECT hex(value) FROM secrets WHERE value IS NOT NULL").map(bytes)
      #expect(sealed.count == 2 && sealed.allSatisfy { content(path).contains($0) })
      let forgotten = try forget(Forgetting(before: now), path)
      #expect(forgotten.isOverwritten)
      #expect(sealed.allSatisfy { !content(path).contains($0) })
    }
  }

  @Test func whileAnotherReadsItSaysThatBytesAreStillThere() throws {
    try withStore { path in
      try ingest(journal, into: path)
      let reader = try Store(reading: path)
      try reader.connection.execute("BEGIN")
      #expect(try reader.connection.number("SELECT count(*) FROM events") > 0)
      let forgotten = try Store.forget(Forgetting(before: now), at: path, waiting: 20)
      #expect(!forgotten.isOverwritten)
    }
  }

  // MARK: Size

  @Test func compactionGivesTheRoomBack() throws {
    try withStore { path in
      let many = (0..<200).map { journal.replacing("cp1", with: "n\($0)") }.joined()
      try ingest(many, into: path)
      // It has no time, and stays.
      try ingest(initLog, into: path, source: "/init", recorded(modified: nil))
      _ = try forget(Forgetting(before: now - minute), path)
      let left = try dump(path)
      let (before, after) = try Store.compact(at: path)
      #expect(after < before)
      var status = stat()
      #expect(stat(path, &status) == 0 && Int64(status.st_size) == after)
      #expect(try dump(path) == left)
      #expect(try isSound(path))
      #expect(try Store.compact(at: path).after == after)
    }
  }

  @Test func compactionWaitsForNobodyForEver() throws {
    try withStore { path in
      try ingest(journal, into: path)
      let reader = try Store(reading: path)
      try reader.connection.execute("BEGIN")
      #expect(try reader.connection.number("SELECT count(*) FROM events") > 0)
      #expect(throws: StoreError.busy(path: path)) { try Store.compact(at: path, waiting: 20) }
    }
  }
}

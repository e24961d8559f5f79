import FoundationEssentials
import KubelogKit
import Testing
import TestSamples

/// 2026-11-23T14:00:00Z, when the sessions of these tests ran.
let begin: Int64 = 1_795_442_400_000_000

/// Runs `body` with the path of an empty store, and removes its folder afterwards.
@discardableResult
func withStore<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/kubelog-query-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: folder) }
  _ = try Store(writing: folder + "/kubelog.db", sealing: .fixed)
  return try body(folder + "/kubelog.db")
}

/// What a parser finds in `initLog`: the events that tests change and write.
func parsedInit() throws -> Batch {
  var parser = try Parser(SourceOptions(clock: ClockOptions(now: begin)))
  var lines = LineSplitter()
  lines.feed(Array(initLog.utf8).span) { parser.take($0, at: $1) }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  return parser.drain()
}

/// One place where a secret stands, for a store to be made of.
struct Sighting: Sendable {
  var kind = SecretKind.bootstrapToken
  var value = token
  var role = SightingRole.created
  var ttl: Int?
  var time = EventTime(begin, .arrival, uncertainty: 1_000_000)
  var endpoint: String? = "k8s-api.lab.local:6443"
  var isDryRun = false
}

/// Writes sightings into the store, each an event of its own.
func write(_ sightings: [Sighting], into path: String) throws {
  let template = try parsedInit()
  let announcing = try #require(template.events.first { $0.secrets.count == 2 })
  let facts = try #require(template.sessions.last)
  let writer = try Writer(store: path, source: "/var/log/kubeadm.log", cluster: nil, sealing: .fixed)
  for (index, sighting) in sightings.enumerated() {
    var event = announcing
    var secret = try #require(announcing.secrets.first { $0.kind == sighting.kind })
    secret.value = sighting.value
    secret.role = sighting.role
    secret.ttlSeconds = sighting.ttl
    secret.endpoint = sighting.endpoint
    secret.caHashes = []
    let digest = Digest(high: 7, low: UInt64(index))
    event.identity = sighting.isDryRun ? .inRun(run: index, digest) : .dated(digest)
    event.time = sighting.time
    event.secrets = [secret]
    var batch = Batch()
    batch.events = [event]
    if sighting.isDryRun {
      var dryRun = facts
      dryRun.run = index
      dryRun.isDryRun = true
      dryRun.endpoint = nil
      dryRun.caHashes = []
      batch.sessions = [dryRun]
      batch.runs = [RunLines(run: index, lines: [Int64(index) + 1], isOver: true, events: 1)]
    }
    try writer.write(batch)
  }
  try writer.finish(format: "kubeadm", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
}

/// The answer of the query `secrets`.
func secrets(_ path: String, now: Int64, within: Double? = nil, reveal: Bool = false) throws -> ResultTable {
  var values: [String: Value] = ["now": .integer(now), "reveal": .integer(reveal ? 1 : 0)]
  if let within { values["within"] = .real(within) }
  return try Answers(path: path).answer("secrets", values)
}

extension ResultTable {
  /// The value in the row numbered `row`, of the column `name`.
  func value(_ row: Int, _ name: String) throws -> Value {
    try #require(rows.indices.contains(row))
    return rows[row][try #require(columns.firstIndex { $0.name == name })]
  }

  /// The texts of a column.
  func texts(_ name: String) throws -> [String?] {
    let index = try #require(columns.firstIndex { $0.name == name })
    return rows.map { if case .text(let text) = $0[index] { text } else { nil } }
  }
}

/// The error that `body` throws, nil when it throws none.
func refusal<Result>(_ body: () throws(QueryError) -> Result) -> QueryError? {
  do throws(QueryError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

import FoundationEssentials
import KubelogParse
import KubelogScan
import TestSamples

@testable import KubelogStore

/// 2026-11-23T16:00:00Z: the present of all tests.
let now: Int64 = 1_795_449_600_000_000
let second: Int64 = 1_000_000
let minute: Int64 = 60 * second

/// Runs `body` with the path of a store that does not exist yet, and removes its folder afterwards.
@discardableResult
func withStore<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/kubelog-store-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder + "/kubelog.db")
}

/// The same for a body that waits.
@discardableResult
func withStore<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/kubelog-store-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder + "/kubelog.db")
}

/// What is known of a file that was written later than its text happened.
func recorded(modified: Int64? = now - 10 * minute, at: Int64? = nil) -> ClockOptions {
  ClockOptions(year: 2026, zone: .utc, at: at, modified: modified, liveness: .recorded, now: now)
}

/// Reads a text into the store as one source.
@discardableResult
func ingest(
  _ text: String, into path: String, source: String = "/var/log/a.log", node: String? = nil,
  _ clock: ClockOptions = recorded()
) throws -> Writer.Tally {
  try ingest([(text, nil)], into: path, source: source, node: node, clock)
}

/// Reads a text that comes in line by line, a tenth of a second apart, from `begin` on.
@discardableResult
func watch(_ text: String, from begin: Int64, into path: String, source: String = "-", node: String? = nil) throws
  -> Writer.Tally
{
  let clock = ClockOptions(year: 2026, zone: .utc, liveness: .live, now: now)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  let chunks = lines.enumerated().map { (String($1) + "\n", Optional(begin + Int64($0) * 100_000)) }
  return try ingest(chunks, into: path, source: source, node: node, clock)
}

/// Reads chunks, each with its arrival, and commits after each.
@discardableResult
func ingest(
  _ chunks: [(text: String, arrival: Int64?)], into path: String, source: String, node: String? = nil,
  _ clock: ClockOptions
) throws -> Writer.Tally {
  var parser = try Parser(SourceOptions(node: node, clock: clock))
  var lines = LineSplitter()
  let writer = try Writer(store: path, source: source, cluster: nil, sealing: .fixed)
  for chunk in chunks {
    let bytes = Array(chunk.text.utf8)
    if let arrival = chunk.arrival { parser.received(bytes: bytes.count, at: arrival) }
    lines.feed(bytes.span) { parser.take($0, at: $1) }
    try writer.write(parser.drain())
    try writer.commit()
  }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  try writer.write(parser.drain())
  try writer.finish(
    format: parser.format, bytes: lines.bytes, lines: lines.lines, truncatedLines: lines.truncatedLines,
    badUTF8Lines: lines.badUTF8Lines)
  return writer.tally
}

/// The rows of a statement, a line each: cells as text with `|` between them.
func rows(_ path: String, _ sql: String) throws -> [String] {
  let store = try Store(reading: path)
  let statement = try store.connection.prepare(sql)
  var lines: [String] = []
  let columns = statement.columnNames.count
  while try statement.step() {
    lines.append((0..<columns).map { text(statement.cell(Int32($0))) }.joined(separator: "|"))
  }
  return lines
}

/// The first cell of the first row, as a number.
func number(_ path: String, _ sql: String) throws -> Int64 {
  let store = try Store(reading: path)
  let statement = try store.connection.prepare(sql)
  _ = try statement.step()
  return statement.integer(0)
}

private func text(_ cell: Statement.Cell) -> String {
  switch cell {
  case .null: "NULL"
  case .integer(let number): "\(number)"
  case .real(let number): "\(number)"
  case .text(let text): text
  case .blob(let bytes): bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// All rows of all tables with their numbers, without the paths of the sources.
func dump(_ path: String) throws -> [String] {
  let tables = try rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  return try tables.flatMap { table in
    let columns = table == "sources" ? "id, format, bytes, lines, truncated_lines, bad_utf8_lines" : "*"
    let order = table == "sightings" ? "secret, event, role" : "1"
    return try rows(path, "SELECT \(columns) FROM \(table) ORDER BY \(order)").map { "\(table): \($0)" }
  }
}

/// What the store says, whatever the numbers of its rows and whichever source said it first.
func facts(_ path: String) throws -> [String] {
  let questions = [
    "sessions": """
    SELECT runs.digest, runs.node, command, arguments, sessions.node, cluster, kubernetes_version, endpoint,
      ca_hashes, outcome, error, is_dry_run, lines FROM sessions JOIN runs ON runs.id = run ORDER BY 1
    """,
    "events": """
    SELECT events.digest, runs.digest, kinds.name, severity, time, time_source, uncertainty, last_time, count,
      occurrences, events.node, cluster, message, attributes, line, byte
    FROM events JOIN kinds ON kinds.id = kind LEFT JOIN runs ON runs.id = run ORDER BY 1, 2
    """,
    "secrets": "SELECT kind, identity, public_id, name, value IS NOT NULL, is_sealed FROM secrets ORDER BY 2",
    "sightings": """
    SELECT identity, digest, role, ttl_s, endpoint, ca_hashes
    FROM sightings JOIN secrets ON secrets.id = secret JOIN events ON events.id = event ORDER BY 1, 2, 3
    """,
    "observations": """
    SELECT digest, observations.node, status, schedulable, observer, reason, age_s, version
    FROM observations JOIN events ON events.id = event ORDER BY 1
    """,
  ]
  return try questions.sorted { $0.key < $1.key }.flatMap { question in
    try rows(path, question.value).map { "\(question.key): \($0)" }
  }
}

/// The first `count` lines of a text.
func first(_ count: Int, of text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).prefix(count).map { $0 + "\n" }.joined()
}

/// How many lines a text has.
func lineCount(_ text: String) -> Int { text.utf8.count { $0 == 0x0A } }

/// What only one of the two says, with a sign for which.
func differences(_ left: [String], _ right: [String]) -> [String] {
  right.difference(from: left).map { change in
    switch change {
    case .insert(_, let line, _): "+ " + line
    case .remove(_, let line, _): "- " + line
    }
  }
}

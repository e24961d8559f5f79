import FoundationEssentials
import KubelogKit
import Testing
import TestSamples

/// 2026-11-23T14:00:00Z, when the sessions of these tests ran.
let begin: Int64 = 1_795_442_400_000_000
let second: Int64 = 1_000_000
let minute = 60 * second
let hour = 60 * minute

/// A store and files in a folder of their own, removed at the end.
struct Desk {
  let folder: String
  var kubelog: Kubelog

  /// Writes a file as it was at `modified`, and gives its path.
  func file(_ name: String, _ text: String, modified: Int64 = begin) throws -> String {
    let path = folder + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let date = Date(timeIntervalSince1970: Double(modified / second))
    try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    return path
  }

  /// The same desk later or earlier.
  func at(_ now: Int64) -> Kubelog { Kubelog(storePath: kubelog.storePath, now: now, zone: .utc, sealing: .fixed) }

  /// The answers to all questions that do not depend on where the text came from.
  func answers() throws -> [String: ResultTable] {
    var found: [String: ResultTable] = [:]
    for query in Answers.queries { found[query.name] = try kubelog.answer(query.name) }
    return found
  }
}

@discardableResult
func withDesk<Result>(now: Int64 = begin + hour, _ body: (Desk) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/kubelog-kit-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(
    Desk(
      folder: folder, kubelog: Kubelog(storePath: folder + "/state/kubelog.db", now: now, zone: .utc, sealing: .fixed)))
}

/// What is found in a text that comes in chunks of `size` bytes.
func parse(_ text: String, chunk size: Int = .max, node: String? = nil) throws -> Batch {
  let clock = ClockOptions(year: 2026, zone: .utc, modified: begin, liveness: .recorded, now: begin)
  var parser = try Parser(SourceOptions(node: node, clock: clock))
  var lines = LineSplitter()
  let bytes = Array(text.utf8)
  var found = Batch()
  var start = 0
  while start < bytes.count {
    let end = size < bytes.count - start ? start + size : bytes.count
    lines.feed(bytes.span.extracting(start..<end)) { parser.take($0, at: $1) }
    add(parser.drain(), to: &found)
    start = end
  }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  add(parser.drain(), to: &found)
  return found
}

private func add(_ batch: Batch, to found: inout Batch) {
  found.events += batch.events
  found.sessions += batch.sessions
  found.runs += batch.runs
}

/// Writes what `text` holds into the store as if it had come in live at `arrival`.
func watch(_ text: String, at arrival: Int64, into kubelog: Kubelog, source: String = "-") throws {
  let clock = ClockOptions(year: 2026, zone: .utc, liveness: .live, now: arrival)
  var parser = try Parser(SourceOptions(clock: clock))
  var lines = LineSplitter()
  let bytes = Array(text.utf8)
  parser.received(bytes: bytes.count, at: arrival)
  lines.feed(bytes.span) { parser.take($0, at: $1) }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  let writer = try Writer(store: kubelog.storePath, source: source, cluster: nil, sealing: .fixed)
  try writer.write(parser.drain())
  try writer.finish(
    format: parser.format, bytes: lines.bytes, lines: lines.lines, truncatedLines: 0, badUTF8Lines: 0)
}

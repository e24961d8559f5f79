import FoundationEssentials
import KubelogKit
import Synchronization
import TestSamples
import Testing

/// The table `Fixtures/expiry/cases.txt`: what is read, and what is then said of a secret's life, a line a case.
///
/// `KUBELOG_RECORD=1 swift test --filter ExpiryCaseTests` writes what is said into the table and fails.
@Suite struct ExpiryCaseTests {
  @Test func thereAreCases() { #expect(ExpiryCase.all.count >= 60) }

  @Test(arguments: ExpiryCase.all)
  func whatIsSaid(_ expiry: ExpiryCase) throws {
    let said = try expiry.said()
    if ProcessInfo.processInfo.environment["KUBELOG_RECORD"] != nil {
      try ExpiryCase.record(said, for: expiry)
      Issue.record("recorded \(said): look at it, then run again without KUBELOG_RECORD")
    } else {
      #expect(said == expiry.expected)
    }
  }
}

/// One line of the table.
struct ExpiryCase: Sendable, CustomTestStringConvertible {
  var secret: String
  var sources: [String]
  var now: Int64
  var expected: String
  var line: String
  var testDescription: String { line }

  static let path = String(#filePath.split(separator: "/Tests/KubelogQueryTests/")[0]) + "/Fixtures/expiry/cases.txt"

  private static let (pieces, cases): ([String: String], [ExpiryCase]) = {
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    var pieces: [String: String] = [:]
    var cases: [ExpiryCase] = []
    for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
      if line.hasPrefix("{"), let equals = line.firstRange(of: "} = ") {
        pieces[String(line[..<equals.lowerBound]) + "}"] = String(line[equals.upperBound...])
      } else {
        let cells = line.components(separatedBy: " | ")
        cases.append(
          ExpiryCase(
            secret: cells[0], sources: cells[1].components(separatedBy: " ++ "), now: moment(cells[2]),
            expected: cells.count > 3 ? cells[3] : "", line: line))
      }
    }
    return (pieces, cases)
  }()

  static let all = cases

  /// `14:00`, `14:00:01` of 2026-11-23, or a whole time.
  private static func moment(_ text: String) -> Int64 {
    let clock = text.split(separator: ":").count == 2 ? text + ":00" : text
    return microseconds(text.contains("T") ? text : "2026-11-23T\(clock)Z") ?? 0
  }

  /// What the answer says of the secret: the state, the end and its bounds, the clock and the basis.
  func said() throws -> String {
    try withStore { path in
      for (number, source) in sources.enumerated() { try read(source, "/\(number)", into: path) }
      var table = try secrets(path, now: now, reveal: true)
      _ = try Kubelog(storePath: path, now: now, zone: .utc, sealing: .fixed).reveal(&table)
      let wanted = ["key": "{K}", "other": "{L}", "token": "{T}"][secret].flatMap { Self.pieces[$0] }
      let row = try #require(
        table.rows.first { row in
          // What was only generated is shown to nobody.
          wanted.map { table.text("value", row) == $0 || table.text("_doubt", row) == "generated" }
            ?? (table.text("name", row) == secret)
        })
      func show(_ name: String) -> String {
        guard let time = table.number(name, row) else { return "-" }
        let text = localTime(Int64(time), .utc)
        return text.hasPrefix("2026-11-23 ") ? String(text.dropFirst(11)) : text
      }
      return [
        table.text("state", row) ?? "", show("expires_at"),
        "(\(show("expires_earliest")) to \(show("expires_latest")))",
        table.text("time_source", row) ?? "", table.text("expires_basis", row) ?? "",
      ].joined(separator: " ")
    }
  }

  private func read(_ source: String, _ name: String, into path: String) throws {
    var clock = ClockOptions(modified: Self.moment("21:00"), now: Self.moment("2028-06-01T00:00:00Z"))
    var (text, node, cluster): (Substring, String?, String?) = (source[...], nil, nil)
    if source.hasPrefix("("), let close = source.firstIndex(of: ")") {
      for fact in source[source.index(after: source.startIndex)..<close].components(separatedBy: ", ") {
        let words = fact.split(separator: " ").map(String.init)
        switch words[0] {
        case "at": clock.at = Self.moment(words[1])
        case "modified": clock.modified = Self.moment(words[1])
        case "year": clock.year = Int(words[1])
        case "zone": clock.zone = try #require(Zone.named(words[1]))
        case "node": node = words[1]
        case "cluster": cluster = words[1]
        case "live": (clock.liveness, clock.modified) = (.live, nil)
        case "undecided": (clock.liveness, clock.modified) = (.undecided, nil)
        case "recorded": (clock.liveness, clock.modified) = (.recorded, nil)
        default: Issue.record("nobody knows what '\(fact)' is")
        }
      }
      text = source[source.index(after: close)...].drop { $0 == " " }
    }
    var whole = String(text)
    for _ in 0..<2 { for (piece, line) in Self.pieces { whole = whole.replacing(piece, with: line) } }
    var parser = try Parser(SourceOptions(node: node, clock: clock))
    let writer = try Writer(store: path, source: name, cluster: cluster, sealing: .fixed)
    var lines = LineSplitter()
    for line in whole.components(separatedBy: "⏎") {
      var line = line
      if line.hasPrefix("@"), let blank = line.firstIndex(of: " ") {
        try writer.write(parser.drain())
        let moment = Self.moment(String(line[line.index(after: line.startIndex)..<blank]))
        line = String(line[line.index(after: blank)...])
        parser.received(bytes: line.utf8.count, at: moment)
      }
      lines.feed(Array((line + "\n").utf8).span) { parser.take($0, at: $1) }
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    try writer.write(parser.drain())
    try writer.finish(format: "kubeadm", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
  }

  /// Puts what was said into the table, before the reason.
  static func record(_ said: String, for expiry: ExpiryCase) throws {
    try recording.withLock { _ in
      let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
      var cells = expiry.line.components(separatedBy: " | ")
      if cells.count < 4 { cells.append(said) } else { cells[3] = said }
      try text.replacing(expiry.line + "\n", with: cells.joined(separator: " | ") + "\n")
        .write(toFile: path, atomically: true, encoding: .utf8)
    }
  }

  /// Cases run at once; the table is one.
  private static let recording = Mutex(())
}

extension StringProtocol {
  /// The parts between the occurrences of `separator`.
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map { String($0) }
  }
}

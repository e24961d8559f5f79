import KubelogKit
import TestSamples
import Testing

/// Which uploads of certificates are later than others is found in the order of time and lines as holding each against each
/// finds it.
@Suite struct UploadOrderTests {
  /// A row of the stage `overwrites`; bounds are microseconds, nil where there is none.
  private struct Upload {
    var key: String?
    var source, line: Int64
    var earliest, latest: Int64?
    var cluster: String?

    /// Whether `other` was surely made later, asked of the two alone.
    func isBefore(_ other: Upload) -> Bool {
      if let latest, let later = other.earliest, later > latest { return true }
      guard source == other.source, line < other.line else { return false }
      guard let earliest, let end = other.latest else { return true }
      return end >= earliest
    }
  }

  private static let now: Int64 = 15

  private func uploads(_ dice: inout Dice, clusters: [String?]) -> [Upload] {
    (0..<dice.roll(9)).map { number in
      let earliest = dice.roll(4) > 0 ? Int64(dice.roll(20)) : nil
      let latest = dice.roll(4) > 0 ? (earliest ?? 0) + Int64(dice.roll(6)) : nil
      return Upload(
        key: dice.roll(4) > 0 ? "key\(number)" : nil, source: Int64(dice.roll(3)), line: Int64(dice.roll(6)),
        earliest: earliest, latest: latest, cluster: dice.pick(clusters))
    }
  }

  /// By its key what all others come to: whether one is later, whether one may be, and which is the latest.
  private func expected(_ uploads: [Upload], isOnlyCluster: Bool) -> [String: (Bool, Bool, String?)] {
    var found: [String: (Bool, Bool, String?)] = [:]
    for (place, mine) in uploads.enumerated() {
      guard let key = mine.key else { continue }
      let others = uploads.enumerated().filter { other, upload in
        other != place && upload.earliest ?? Self.now <= Self.now
          && (isOnlyCluster || upload.cluster == mine.cluster && mine.cluster != nil)
      }.map(\.element)
      let later = others.filter { mine.isBefore($0) }
      // Of two that are as late the one with a key.
      let last = later.max { ($0.latest ?? -1, $0.key ?? "") < ($1.latest ?? -1, $1.key ?? "") }
      found[key] = (
        !later.isEmpty, others.contains { !mine.isBefore($0) && !$0.isBefore(mine) }, last?.key
      )
    }
    return found
  }

  private func answered(_ uploads: [Upload], only: String?) throws -> [String: (Bool, Bool, String?)] {
    let connection = try Connection(path: ":memory:", access: .readWrite)
    try connection.execute(
      """
      CREATE TEMP TABLE overwrites (thing, public_id, source, line, earliest, latest, cluster_key);
      CREATE TEMP TABLE clusters AS SELECT \(only.map { "'\($0)'" } ?? "NULL") AS only;
      """)
    let insertion = try connection.prepare("INSERT INTO overwrites VALUES (?, ?, ?, ?, ?, ?, ?)")
    for upload in uploads {
      func cell(_ number: Int64?) -> Statement.Cell { number.map { .integer($0) } ?? .null }
      func cell(_ text: String?) -> Statement.Cell { text.map { .text($0) } ?? .null }
      insertion.bind(
        cell(upload.key), cell(upload.key), .integer(upload.source), .integer(upload.line), cell(upload.earliest),
        cell(upload.latest), cell(upload.cluster))
      _ = try insertion.step()
      insertion.reset()
    }
    let stages = try Answers.query("secrets").stages
    for name in ["contenders", "orders_of_time", "orders_of_lines", "rivalries"] {
      let stage = try #require(stages.first { $0.name == name })
      try connection.keep(stage.sql, as: name, index: stage.index) { statement in
        for (index, parameter) in statement.parameterNames.enumerated() {
          statement.bind(parameter == "now" ? .integer(Self.now) : .null, at: Int32(index + 1))
        }
      }
    }
    var found: [String: (Bool, Bool, String?)] = [:]
    let rows = try connection.prepare("SELECT thing, is_superseded, is_contested, superseded_by FROM rivalries")
    while try rows.step() {
      guard case .text(let key) = rows.cell(0) else { continue }
      var last: String?
      if case .text(let text) = rows.cell(3) { last = text }
      found[key] = (rows.cell(1) == .integer(1), rows.cell(2) == .integer(1), last)
    }
    return found
  }

  @Test(arguments: [(1, [nil, "a"]), (2, ["a", "b", nil])] as [(UInt64, [String?])])
  func ordersAreThoseOfEachWithEach(_ seed: UInt64, _ clusters: [String?]) throws {
    let isOnlyCluster = !clusters.contains("b")
    var (dice, told) = (Dice(seed: seed), [0, 0, 0])
    for _ in 0..<400 {
      let uploads = uploads(&dice, clusters: clusters)
      let expected = expected(uploads, isOnlyCluster: isOnlyCluster)
      let found = try answered(uploads, only: isOnlyCluster ? "a" : nil)
      for (key, wanted) in expected {
        let got = found[key] ?? (false, false, nil)
        #expect(got == wanted, "\(key) of \(uploads)")
        told[0] += wanted.0 ? 1 : 0
        told[1] += wanted.1 ? 1 : 0
        told[2] += wanted.2 == nil ? 0 : 1
      }
    }
    #expect(told.allSatisfy { $0 > 100 }, "\(told)")
  }
}

import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// Answers do not depend on how text came to be files: in which order they are read, and where one ends.
@Suite struct PropertyTests {
  /// Questions about the files themselves; those that an answer is made of and that name them; and the comparison of two
  /// sessions, which are the last two that were read where nothing dates them.
  private static let others: Set<String> = [
    "sources", "source-paths", "source-times", "unknown-lines", "findings", "finding-places", "problem-marks",
    "secret-evidence", "diff-sessions", "diff-phases", "diff-settings",
  ]
  /// Columns that say in which file something stands; and what a problem's first file decides.
  private static let places: Set<String> = ["source", "path", "line", "byte", "evidence", "watched_by"]
  private static let standing: Set<String> = [
    "state", "reason", "ended_at", "caused_by", "title", "cause", "remedy",
  ]

  /// The rows of all answers. Those that nothing dates stand in the order they were read: their order is left aside.
  private func answers(_ kubelog: Kubelog) throws -> [String: [String]] {
    var answers: [String: [String]] = [:]
    for query in Answers.queries where !Self.others.contains(query.name) {
      // Of problems all are asked for, however they stand: whether a log went on without one is judged by each file, and
      // what nothing dates by the order of the files; the names in their words are those that were read first.
      let table = try kubelog.answer(query.name, query.name == "problems" ? ["all": .integer(1)] : [:])
      answers[query.name] = table.rows.map { row in
        zip(table.columns, row).filter { column, _ in
          !Self.places.contains(column.name) && !column.name.hasPrefix("_")
            && !(query.name == "problems" && Self.standing.contains(column.name))
        }.map { "\($0.name)=\($1)" }.joined(separator: " ")
      }.sorted()
    }
    return answers
  }

  private func expectSame(_ found: [String: [String]], _ expected: [String: [String]], _ what: String) {
    for (query, rows) in expected.sorted(by: { $0.key < $1.key }) where found[query] != rows {
      let other = found[query] ?? []
      let (missing, more) = (rows.first { !other.contains($0) }, other.first { !rows.contains($0) })
      Issue.record(
        "\(what), \(query): \(other.count) rows, not \(rows.count); not \(missing ?? "-"), but \(more ?? "-")")
    }
  }

  /// Not two inits of one cluster that nothing dates: the one that was read last is the later one.
  static let several = FixtureCase.all.filter { $0.inputs.count > 1 && $0.name != "diff/two-inits" }

  @Test(arguments: several, [1, 2, 3])
  func anyOrderOfFilesGivesTheSameAnswers(_ fixture: FixtureCase, _ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let told = try read(fixture) { $0 }
    #expect(told["timeline"]?.isEmpty == false)
    try expectSame(read(fixture) { $0.shuffled(using: &random) }, told, "\(fixture.name) in another order")
  }

  private func read(
    _ fixture: FixtureCase,
    _ order: ([(path: String, options: IngestOptions)]) -> [(path: String, options: IngestOptions)]
  ) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    try fixture.withStore { kubelog, inputs in
      for input in order(inputs) { _ = try kubelog.ingest(input.path, input.options) }
      found = try answers(kubelog)
    }
    return found
  }

  /// Journals of dated lines. Not where a year ends in it that no stamp names, nor a run of kubeadm: its second half has no
  /// beginning.
  static let dated = FixtureCase.all.filter { fixture in
    fixture.name.hasPrefix("journal/") && fixture.name != "journal/kubelet-1.18"
  }

  @Test(arguments: dated, [1, 2, 3, 4])
  func anySplitOfDatedInputGivesTheSameAnswers(_ fixture: FixtureCase, _ seed: UInt64) throws {
    var random = Dice(seed: seed)
    let told = try read(fixture) { $0 }
    #expect(told["timeline"]?.isEmpty == false)
    try fixture.withStore { kubelog, inputs in
      var cuts: [Int] = []
      for (path, options) in inputs {
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let ends = bytes.indices.filter { bytes[$0] == 0x0A }
        let line = Int.random(in: 0..<ends.count, using: &random)
        let cut = ends[line] + 1
        cuts.append(line + 1)
        var parts = [("\(path).1", bytes[..<cut]), ("\(path).2", bytes[cut...])]
        if seed % 2 == 0 { parts.reverse() }
        for (part, bytes) in parts {
          try Data(bytes).write(to: URL(fileURLWithPath: part))
          var times = [timeval](
            repeating: timeval(tv_sec: Int((microseconds(FixtureCase.modified) ?? 0) / 1_000_000), tv_usec: 0), count: 2
          )
          utimes(part, &times)
          _ = try kubelog.ingest(part, options)
        }
      }
      try expectSame(answers(kubelog), told, "\(fixture.name) in two parts after line \(cuts)")
    }
  }
}

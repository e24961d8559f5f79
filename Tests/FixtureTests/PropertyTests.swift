import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// Answers do not depend on how text came to be files: in which order they are read, and where one ends.
@Suite struct PropertyTests {
  /// Questions about the files themselves.
  private static let aboutSources: Set<String> = ["sources", "source-paths", "source-times", "unknown-lines"]
  /// Columns that say where something stands.
  private static let places: Set<String> = ["source", "line", "byte"]

  private func answers(_ kubelog: Kubelog) throws -> [String: [String]] {
    var answers: [String: [String]] = [:]
    for query in Answers.queries where !Self.aboutSources.contains(query.name) {
      let table = try kubelog.answer(query.name)
      answers[query.name] = table.rows.map { row in
        zip(table.columns, row).filter { !Self.places.contains($0.0.name) }.map { "\($0.name)=\($1)" }
          .joined(separator: " ")
      }
    }
    return answers
  }

  private func expectSame(_ found: [String: [String]], _ expected: [String: [String]], _ what: String) {
    for (query, rows) in expected.sorted(by: { $0.key < $1.key }) where found[query] != rows {
      let other = found[query] ?? []
      let place = zip(other, rows).enumerated().first { $1.0 != $1.1 }?.offset ?? min(other.count, rows.count)
      Issue.record(
        """
        \(what), \(query): row \(place) of \(other.count), not \(rows.count): \
        \(place < other.count ? other[place] : "none") instead of \(place < rows.count ? rows[place] : "none")
        """)
    }
  }

  @Test(arguments: FixtureCase.all.filter { $0.inputs.count > 1 }, [1, 2, 3])
  func anyOrderOfFilesGivesTheSameAnswers(_ fixture: FixtureCase, _ seed: UInt64) throws {
    var random = Generator(state: seed)
    let told = try read(fixture) { $0 }
    #expect(told["timeline"]?.isEmpty == false)
    try expectSame(read(fixture) { $0.shuffled(using: &random) }, told, "in another order")
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

  /// Inputs whose every line has its own date, or stands below one that has.
  static let dated = FixtureCase.all.filter { fixture in
    ["journal/", "envelopes/journal-", "envelopes/cri", "envelopes/docker", "envelopes/syslog"].contains {
      fixture.name.hasPrefix($0)
    }
  }

  @Test(arguments: dated, [1, 2, 3, 4])
  func anySplitOfDatedInputGivesTheSameAnswers(_ fixture: FixtureCase, _ seed: UInt64) throws {
    var random = Generator(state: seed)
    let told = try read(fixture) { $0 }
    #expect(told["timeline"]?.isEmpty == false)
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs {
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let ends = bytes.indices.filter { bytes[$0] == 0x0A }
        let cut = (ends.randomElement(using: &random) ?? 0) + 1
        var parts = [("\(path).1", bytes[..<cut]), ("\(path).2", bytes[cut...])]
        if seed % 2 == 0 { parts.reverse() }
        for (part, bytes) in parts {
          try Data(bytes).write(to: URL(fileURLWithPath: part))
          var times = [timeval](repeating: timeval(tv_sec: Int((microseconds(FixtureCase.modified) ?? 0) / 1_000_000), tv_usec: 0), count: 2)
          utimes(part, &times)
          _ = try kubelog.ingest(part, options)
        }
      }
      try expectSame(answers(kubelog), told, "in two parts")
    }
  }
}

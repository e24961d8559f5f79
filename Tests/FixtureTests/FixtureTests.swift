import FoundationEssentials
import KubelogKit
import TestSamples
import Testing

/// Every folder under Fixtures/ is a case. `KUBELOG_RECORD=1 swift test --filter FixtureTests` writes what comes out as
/// what is expected; such a run fails, so that nothing is ever recorded unseen.
@Suite struct FixtureTests {
  private static let isRecording = ProcessInfo.processInfo.environment["KUBELOG_RECORD"] != nil

  @Test func thereAreCases() {
    #expect(FixtureCase.all.count > 30)
    #expect(FixtureCase.all.allSatisfy { !$0.inputs.isEmpty && $0.facts["shows"] != nil && $0.facts["made"] != nil })
  }

  @Test(arguments: FixtureCase.all)
  func eventsAreAsExpected(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      try Self.compare(try fixture.events(kubelog, inputs), "\(fixture.folder)/expected.events.ndjson")
    }
  }

  @Test(arguments: FixtureCase.all)
  func answersAreAsExpectedAndReadingAgainChangesNothing(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      for answer in FixtureCase.answers where answer.query != "timeline" {
        let text = try FixtureCase.answer(answer.query, answer.format, kubelog)
        try Self.compare(text, "\(fixture.folder)/\(answer.file)")
      }
      let before = try FixtureCase.answers.map { try FixtureCase.answer($0.query, $0.format, kubelog) }
      for (path, options) in inputs {
        let again = try kubelog.ingest(path, options)
        #expect(again.newEvents == 0, "\(path)")
      }
      #expect(try FixtureCase.answers.map { try FixtureCase.answer($0.query, $0.format, kubelog) } == before)
    }
  }

  /// Cases whose `meta` has a line `problems` say what is told of them, also what is over, normal or a symptom.
  @Test(arguments: FixtureCase.all.filter { $0.facts["problems"] != nil })
  func problemsAreAsExpected(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      let cases = try kubelog.diagnosis().cases + kubelog.nextSteps()
      let text = Renderer(Presentation(format: .json)).render(ProblemCase.table(cases))
      try Self.compare(
        text.replacing(kubelog.storePath.dropLast("kubelog.db".count), with: ""),
        "\(fixture.folder)/expected.problems.json")
    }
  }

  /// Cases whose `meta` has a line `diff: 1 2` set these of their sessions side by side, as they are listed.
  @Test(arguments: FixtureCase.all.filter { $0.facts["diff"] != nil })
  func sessionsSideBySideAreAsExpected(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      let ids = try kubelog.sessionIDs()
      let sides = (fixture.facts["diff"] ?? "").split(separator: " ").compactMap { Int($0) }.map { ids[$0 - 1] }
      let diff = try kubelog.diff(sides[0], sides[1])
      #expect(try JSONSchema(named: "diff").faults(of: diff.json) == [])
      try Self.compare(diff.json, "\(fixture.folder)/expected.diff.json")
      try Self.compare(diff.text(Presentation()), "\(fixture.folder)/expected.diff.txt")
    }
  }

  /// `docs/problems.md` is what the catalogue says.
  @Test func thePageOfProblemsIsTheCatalogue() throws {
    let root = FixtureCase.root.dropLast("/Fixtures".count)
    try Self.compare(Kubelog.problemsPage(try RuleBook().problems), "\(root)/docs/problems.md")
  }

  /// Cases whose `meta` says `queries: all` have what every named query answers, others what those answer that it names.
  @Test(arguments: FixtureCase.all.filter { $0.facts["queries"] != nil })
  func queriesAreAsExpected(_ fixture: FixtureCase) throws {
    let folder = "\(fixture.folder)/expected.queries"
    if Self.isRecording { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      for query in Answers.queries where fixture.asks(query.name) {
        try Self.compare(try FixtureCase.answer(query.name, .json, kubelog), "\(folder)/\(query.name).json")
      }
    }
  }

  /// Each named query has an answer with rows somewhere: what is only ever asked in vain is not tested.
  @Test func eachQueryHasAnExpectationWithRows() {
    let cases = FixtureCase.all.filter { $0.facts["queries"] != nil }
    let empty = Answers.queries.map(\.name).filter { name in
      !cases.contains { fixture in
        let path = "\(fixture.folder)/expected.queries/\(name).json"
        return fixture.asks(name) && FileManager.default.text(atPath: path).contains("{")
      }
    }
    #expect(empty == [])
  }

  /// No line of what is printed holds the secret half of a token or a whole key.
  @Test(arguments: FixtureCase.all)
  func noAnswerHoldsASecret(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      var values: Set<Substring> = []
      for (path, options) in inputs {
        try kubelog.parse(path, options) { found in
          for secret in found.event.secrets where secret.kind != .certificate {
            if let half = secret.value.split(separator: ".").last { values.insert(half) }
          }
        }
      }
      let texts =
        try FixtureCase.answers.map { try FixtureCase.answer($0.query, $0.format, kubelog) }
        + [try fixture.events(kubelog, inputs)]
      for value in values {
        #expect(value.count >= 16)
        for text in texts { #expect(!text.contains(value)) }
      }
    }
  }

  /// Compares `text` with the file at `path`, or writes it there in a recording run.
  static func compare(_ text: String, _ path: String) throws {
    if isRecording {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("recorded \(path): look at it, then run again without KUBELOG_RECORD")
      return
    }
    let expected = FileManager.default.text(atPath: path)
    guard text != expected else { return }
    let (have, want) = (text.split(separator: "\n"), expected.split(separator: "\n"))
    let place =
      zip(have, want).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(have.count, want.count)
    Issue.record(
      """
      \(path), line \(place + 1):
      expected \(place < want.count ? String(want[place]) : "nothing more")
      has      \(place < have.count ? String(have[place]) : "nothing more")
      """)
  }
}

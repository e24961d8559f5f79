import KubelogKit
import Testing

/// How SQLite goes about the named queries: a store may hold ten million events.
///
/// No statistics are kept in a store, so that the plans are the same for an empty one.
@Suite struct PlanTests {
  /// Stages that go over all events, and why.
  static let exceptions = [
    "complaints": "what a node's programs said over and over has no index by its kind, which ingest would pay for",
    "sources": "counts the events of each input",
  ]

  @Test(arguments: Answers.queries.map(\.name)) func noStageGoesOverAllEvents(_ name: String) throws {
    for (stage, scans) in try scans(name) where Self.exceptions[stage] == nil {
      #expect(scans == [], "\(stage)")
    }
  }

  @Test(arguments: [("complaints", "not-ready-reasons"), ("sources", "sources")])
  func exceptionIsStillOne(_ stage: String, _ name: String) throws {
    #expect(Self.exceptions[stage] != nil)
    #expect(try scans(name).first { $0.stage == stage }?.scans.isEmpty == false)
  }

  @Test(arguments: ["nodes", "secrets"]) func whatIsAskedMostHasNoException(_ name: String) throws {
    #expect(Self.exceptions.keys.allSatisfy { stage in (try? scans(name).contains { $0.stage == stage }) == false })
  }

  @Test(arguments: [
    "SELECT count(*) FROM events", "SELECT * FROM events ORDER BY time", "SELECT * FROM events WHERE time IS NOT NULL",
    "SELECT * FROM sources JOIN events AS told ON told.source = sources.id",
    "SELECT * FROM events WHERE run IS NOT NULL",
  ])
  func goingOverAllEventsIsSeen(_ sql: String) throws {
    try withStore { path in
      let store = try Store(reading: path)
      #expect(try Self.scans(sql, store.connection) != [])
    }
  }

  /// The stages of a query, and how each goes over all events, if it does; the answer has the query's name.
  private func scans(_ name: String) throws -> [(stage: String, scans: [String])] {
    try withStore { path in
      let store = try Store(reading: path)
      let query = try Answers.query(name)
      var found: [(String, [String])] = []
      try store.connection.execute("BEGIN")
      for stage in query.stages {
        found.append((stage.name, try Self.scans(stage.sql, store.connection)))
        try store.connection.keep(stage.sql, as: stage.name) { _ in }
      }
      found.append((name, try Self.scans(query.sql, store.connection)))
      return found
    }
  }

  /// The steps of the plan that go over all events, or over all of an index that most of them are in.
  private static func scans(_ sql: String, _ connection: borrowing Connection) throws -> [String] {
    // `FROM events`, `JOIN events AS began`
    let names = Set(
      sql.matches(of: /\b(?:FROM|JOIN)\s+events\b(?:\s+AS\s+(\w+))?/).map { $0.1.map(String.init) ?? "events" })
    let plan = try connection.prepare("EXPLAIN QUERY PLAN " + sql)
    var found: [String] = []
    while try plan.step() {
      let step = plan.text(3)
      let words = step.split(separator: " ")
      guard words.count > 1, names.contains(String(words[1])) else { continue }
      // What shows a problem is few.
      if words[0] == "SCAN", !step.contains("INDEX events_with_problem") { found.append(step) }
      // That a column has a value says next to nothing.
      if words[0] == "SEARCH", step.hasSuffix("(time>?)") || step.hasSuffix("(run>?)") { found.append(step) }
    }
    return found
  }
}

import FoundationEssentials
import KubelogKit
import TestSamples
import Testing

/// The views tell the same as the named queries, as far as both tell of it, and `docs/schema.md` tells of the views.
@Suite struct ViewTests {
  @Test(arguments: FixtureCase.all)
  func viewsAgreeWithQueries(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      try Self.compare(
        kubelog, "sessions",
        [
          "id", "command", "arguments", "node", "cluster", "kubernetes_version", "control_plane_endpoint", "started_at",
          "ended_at", "outcome", "exit_status", "error", "dry_run",
        ],
        """
        SELECT session, command, arguments, node, cluster, kubernetes_version, control_plane_endpoint, started_at_us,
          ended_at_us, outcome, exit_status, error, dry_run
        FROM v_sessions ORDER BY started_at_us IS NULL, started_at_us, run
        """)
      try Self.compare(
        kubelog, "phases", ["session", "ordinal", "name", "started_at", "time_source"],
        "SELECT session, ordinal, name, started_at_us, time_source FROM v_phases ORDER BY run, ordinal")
      let phases = try kubelog.answer("phases")
      let measured = phases.rows.map { row in
        ["stamped", "arrival"].contains(phases.text("duration_basis", row)) ? phases.number("duration_s", row) : nil
      }
      let view = try kubelog.rows(sql: "SELECT measured_s FROM v_phases ORDER BY run, ordinal")
      #expect(view.rows.map { view.number("measured_s", $0) } == measured)
      try Self.compare(
        kubelog, "preflight-findings", ["session", "severity", "check", "message", "time"],
        """
        SELECT v_findings.session, severity, "check", message, time_us FROM v_findings JOIN v_sessions USING (run)
        ORDER BY started_at_us IS NULL, started_at_us, run, event
        """)
      try Self.compare(
        kubelog, "nodes", ["name", "status", "version"],
        "SELECT node, coalesce(status, 'Unknown'), version FROM v_nodes ORDER BY node")
      let events = try kubelog.answer("timeline", ["fold": .text("none")])
      let counted = try kubelog.rows(sql: "SELECT count(*) AS events FROM v_events")
      #expect(counted.rows == [[.integer(Int64(events.rows.count))]])
    }
  }

  /// Compares columns of a named query with all of a view's.
  private static func compare(_ kubelog: Kubelog, _ query: String, _ columns: [String], _ sql: String) throws {
    let table = try kubelog.answer(query)
    let places = columns.compactMap { name in table.columns.firstIndex { $0.name == name } }
    #expect(places.count == columns.count)
    #expect(try kubelog.rows(sql: sql).rows == table.rows.map { row in places.map { row[$0] } }, "\(query)")
  }

  @Test func thePageIsWhatTheViewsAre() throws {
    try FixtureTests.compare(
      Kubelog.schemaPage(), "\(FixtureCase.root.dropLast("/Fixtures".count))/docs/schema.md")
  }

  /// Each view and column stands on the page, and no other.
  @Test func thePageNamesWhatTheStoreHas() throws {
    let page = FileManager.default.text(atPath: "\(FixtureCase.root.dropLast("/Fixtures".count))/docs/schema.md")
    var told: [String: [String]] = [:]
    var (drawn, view): ([String: [String]], String) = ([:], "")
    for line in page.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("## v_") { view = String(words[1]) }
      if line.hasPrefix("| `") { told[view, default: []].append(String(words[1].dropFirst().dropLast())) }
      if line.hasPrefix("  v_"), line.hasSuffix("{") { view = String(words[0]) }
      if line.hasPrefix("    "), words.count == 2 { drawn[view, default: []].append(String(words[1])) }
    }
    try withStore { kubelog in
      var real: [String: [String]] = [:]
      let views = try kubelog.rows(sql: "SELECT name FROM sqlite_temp_schema WHERE type = 'view'")
      for name in views.rows.compactMap({ views.text("name", $0) }) {
        real[name] = try kubelog.rows(sql: "SELECT * FROM \(name)").columns.map(\.name)
      }
      #expect(real.count == 9)
      #expect(told == real)
      #expect(drawn == real)
    }
  }

  @Test func examplesOfThePageAreAnswered() throws {
    let examples = Kubelog.schemaPage().split(separator: "```sql\n").dropFirst().compactMap {
      $0.split(separator: "```").first
    }
    #expect(examples.count == 4)
    try withStore { kubelog in
      for example in examples { #expect(throws: Never.self) { try kubelog.rows(sql: String(example)) } }
    }
  }

  /// Runs `body` on the store of the largest case.
  private func withStore(_ body: (Kubelog) throws -> Void) throws {
    let fixture = try #require(FixtureCase.all.first { $0.name == "ha-install" })
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      try body(kubelog)
    }
  }
}

extension Kubelog {
  /// The rows of one's own SQL.
  fileprivate func rows(sql: String) throws -> ResultTable {
    try Answers(path: storePath).rows(sql: sql, ["now": .integer(now)])
  }
}

import TestSamples
import Testing

@testable import KubelogStore

/// The views are what SQL of one's own relies on.
@Suite struct ViewTests {
  private func names(_ path: String, _ sql: String) throws -> [String] {
    let store = try Store(reading: path)
    try store.connection.makeViews()
    return try store.connection.prepare(sql).columnNames
  }

  /// The first column of each row.
  private func rows(_ path: String, _ sql: String) throws -> [String] {
    let store = try Store(reading: path)
    try store.connection.makeViews()
    let statement = try store.connection.prepare(sql)
    var found: [String] = []
    while try statement.step() { found.append(statement.text(0)) }
    return found
  }

  private func number(_ path: String, _ sql: String) throws -> Int64 {
    try Int64(rows(path, sql).first ?? "") ?? -1
  }

  @Test func eachColumnIsDescribedAndEachDescriptionIsOfAColumn() throws {
    try withStore { path in
      _ = try Store(writing: path)
      #expect(
        try rows(path, "SELECT name FROM sqlite_temp_schema WHERE type = 'view' ORDER BY name")
          == View.all.map(\.name).sorted())
      for view in View.all {
        #expect(try names(path, "SELECT * FROM \(view.name)") == view.columns.map(\.name), "\(view.name)")
        #expect(view.columns.allSatisfy { !$0.meaning.isEmpty })
      }
    }
  }

  @Test func referencesAreOfColumnsOfBoth() {
    for reference in View.references {
      for name in [reference.many, reference.one] {
        #expect(
          View.all.contains { $0.name == name && $0.columns.contains { $0.name == reference.column } }, "\(reference)")
      }
    }
  }

  /// They are in no file, and neither are their names taken by a table.
  @Test func fileHoldsNone() throws {
    try withStore { path in
      _ = try Store(writing: path)
      #expect(try rows(path, "SELECT count(*) FROM main.sqlite_schema WHERE name LIKE 'v@_%' ESCAPE '@'") == ["0"])
    }
  }

  @Test func valuesHaveTheirTypesAndNoneIsSealed() throws {
    try withStore { path in
      try ingest(initLog, into: path, node: "cp1")
      #expect(try number(path, "SELECT count(*) FROM secrets WHERE value IS NOT NULL") > 0)
      for view in View.all {
        for column in view.columns {
          let types: Set =
            switch column.type {
            case "integer", "boolean": ["integer", "null"]
            case "real": ["real", "null"] as Set
            default: ["text", "null"]
            }
          let found = try rows(path, "SELECT DISTINCT typeof(\"\(column.name)\") FROM \(view.name)")
          #expect(types.isSuperset(of: found), "\(view.name).\(column.name)")
        }
      }
      #expect(try number(path, "SELECT count(*) FROM v_events WHERE time IS NOT NULL AND json_valid(attributes)") > 10)
      #expect(try rows(path, "SELECT has_value FROM v_secrets WHERE kind = 'bootstrap-token'") == ["1"])
    }
  }

  /// `time` is the same moment as `time_us`, to the microsecond.
  @Test func timesAreTheSameTwice() throws {
    try withStore { path in
      try watch(initLog, from: now + 1, into: path)
      #expect(
        try rows(path, "SELECT time FROM v_events WHERE time_us = \(now + 1) LIMIT 1") == [
          "2026-11-23T16:00:00.000001Z"
        ])
      #expect(
        try number(
          path,
          "SELECT count(*) FROM v_events WHERE CAST(strftime('%s', time) AS INTEGER) <> time_us / 1000000"
        ) == 0)
    }
  }

  @Test(
    arguments: [
      "SELECT * FROM v_events WHERE time_us >= 1795449600000000 AND time_us < 1795449700000000",
      "SELECT time, message FROM v_events ORDER BY time_us DESC LIMIT 20",
      "SELECT * FROM v_events WHERE run = 3",
      "SELECT * FROM v_events WHERE event = 3",
      "SELECT * FROM v_sessions JOIN v_events USING (run) WHERE outcome = 'failed'",
      "SELECT * FROM v_sessions WHERE run = 3", "SELECT * FROM v_sessions ORDER BY started_at_us",
      "SELECT * FROM v_phases WHERE run = 3", "SELECT * FROM v_phases WHERE session = '0011223344556677'",
      "SELECT * FROM v_findings WHERE run = 3", "SELECT * FROM v_findings WHERE severity = 'error'",
      "SELECT * FROM v_node_states WHERE node = 'cp1' ORDER BY time_us",
      "SELECT * FROM v_nodes WHERE node = 'cp1'",
      "SELECT * FROM v_sightings WHERE secret = 3",
      "SELECT * FROM v_secrets JOIN v_sightings USING (secret) JOIN v_events USING (event) WHERE v_secrets.kind = 'certificate-key'",
    ])
  func indexesServe(_ sql: String) throws {
    try withStore { path in
      try ingest(initLog, into: path, node: "cp1")
      let store = try Store(reading: path)
      try store.connection.makeViews()
      try store.connection.makeViews()
      let plan = try store.connection.prepare("EXPLAIN QUERY PLAN \(sql)")
      while try plan.step() {
        let step = plan.text(3)
        let isScan = ["events", "edges", "ends", "observations", "sightings"].contains {
          step == "SCAN \($0)" || step.hasPrefix("SCAN \($0) ") && !step.contains("INDEX events_by_time")
        }
        #expect(!isScan, "\(step)")
      }
    }
  }
}

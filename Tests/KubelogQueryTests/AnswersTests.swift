import KubelogKit
import Testing

@testable import KubelogQuery

@Suite struct AnswersTests {
  @Test func unknownQueryNamesTheKnownOnes() {
    let error = refusal { () throws(QueryError) in try Answers.query("node") }
    #expect(error == .unknownQuery("node", known: Answers.queries.map(\.name)))
    #expect(error?.sentence.hasPrefix("there is no query called 'node': one of ") == true)
    #expect(error?.sentence.contains("nodes, phases, preflight-findings, problem-marks, problems, secret-") == true)
    #expect(error?.exitStatus == 64)
  }

  @Test func unknownParameterNamesTheKnownOnes() throws {
    try withStore { path in
      let answers = try Answers(path: path)
      let error = refusal { () throws(QueryError) in try answers.answer("phases", ["sesion": .text("a")]) }
      #expect(error == .unknownParameter("sesion", query: "phases", known: ["session"]))
      #expect(error?.sentence == "the query 'phases' has no parameter 'sesion': it takes session")
      #expect(error?.exitStatus == 64)
      #expect(
        refusal { () throws(QueryError) in try answers.answer("sources", ["now": .integer(0)]) }?.sentence
          == "the query 'sources' has no parameter 'now': it takes none")
    }
  }

  @Test(arguments: [
    (ColumnType.integer, "1.5"), (.integer, ""), (.integer, "99999999999999999999"), (.number, "many"),
    (.boolean, "yes"),
    (.boolean, "1"), (.duration, "soon"), (.duration, "-1h"), (.time, "yesterday"), (.time, "2026-11-23 14"),
  ])
  func badValueIsRefused(_ type: ColumnType, _ text: String) {
    let error = refusal { () throws(QueryError) in try Answers.value(text, for: parameter(type)) }
    #expect(error == .badParameter("p", text: text, type: type))
    #expect(error?.exitStatus == 64)
  }

  @Test func badValueSaysWhatToGive() {
    #expect(
      QueryError.badParameter("since", text: "now", type: .time).sentence
        == "'now' is no value for 'since': give a time such as 2026-11-23T14:00:00Z")
    #expect(
      QueryError.badParameter("within", text: "x", type: .duration).sentence
        == "'x' is no value for 'within': give a duration")
  }

  @Test(arguments: [
    (ColumnType.text, "a b", Value.text("a b")), (.text, "", .text("")), (.text, "null", .null),
    (.integer, "null", .null),
    (.integer, "-7", .integer(-7)), (.number, "0.5", .real(0.5)), (.boolean, "true", .integer(1)),
    (.boolean, "false", .integer(0)), (.duration, "90m", .real(5400)),
    (.time, "1970-01-01T00:00:01Z", .integer(1_000_000)),
    (.json, #"["a"]"#, .text(#"["a"]"#)),
  ])
  func valueIsReadByItsType(_ type: ColumnType, _ text: String, _ value: Value) throws {
    #expect(try Answers.value(text, for: parameter(type)) == value)
  }

  @Test func missingStoreIsSaid() {
    let error = refusal { () throws(QueryError) in _ = try Answers(path: "/nowhere/kubelog.db") }
    #expect(error == .store(.missing(path: "/nowhere/kubelog.db")))
    #expect(error?.exitStatus == 66)
    #expect(error?.sentence == StoreError.missing(path: "/nowhere/kubelog.db").sentence)
  }

  // MARK: One's own SQL

  @Test func rowsAreTypedByWhatTheyHold() throws {
    try withStore { path in
      let table = try Answers(path: path).rows(
        sql: "SELECT 1 AS a, 0.5 AS b, 'x' AS c, NULL AS d, x'0aff' AS e, :p AS f, :q AS g", ["p": .text("y")])
      #expect(table.columns.map(\.name) == ["a", "b", "c", "d", "e", "f", "g"])
      #expect(table.columns.map(\.title) == ["A", "B", "C", "D", "E", "F", "G"])
      #expect(table.rows == [[.integer(1), .real(0.5), .text("x"), .null, .text("0aff"), .text("y"), .null]])
    }
  }

  @Test(arguments: ["DELETE FROM events", "PRAGMA user_version", "SELECT 1; SELECT 2", "SELEC 1"])
  func whatIsNoQuestionIsRefused(_ sql: String) throws {
    try withStore { path in
      let answers = try Answers(path: path)
      let error = refusal { () throws(QueryError) in try answers.rows(sql: sql) }
      guard case .store(.statement)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.exitStatus == 78)
    }
  }

  @Test func parametersNarrowTheTimeline() throws {
    try withStore { path in
      let day: Int64 = 86_400_000_000
      try write([Sighting(), Sighting(time: EventTime(begin + day, .stamped, uncertainty: 0))], into: path)
      let answers = try Answers(path: path)
      let count = { (values: [String: Value]) throws(QueryError) in try answers.answer("timeline", values).rows.count }
      #expect(try count([:]) == 2)
      #expect(try count(["since": .integer(begin)]) == 2)
      #expect(try count(["since": .integer(begin + 1)]) == 1)
      #expect(try count(["until": .integer(begin + day)]) == 1)
      #expect(try count(["until": .integer(begin)]) == 0)
      #expect(try count(["kinds": .text(#"["kubeadm"]"#)]) == 2)
      #expect(try count(["kinds": .text(#"["kubeadm.join"]"#)]) == 0)
      #expect(try count(["kinds": .text(#"["kubelet","kubeadm.join-command"]"#)]) == 2)
      #expect(try count(["nodes": .text(#"["cp1"]"#)]) == 2)
      #expect(try count(["nodes": .text(#"["cp2"]"#)]) == 0)
      #expect(try count(["severity": .text("info")]) == 2)
      #expect(try count(["severity": .text("warning")]) == 0)
    }
  }

  private func parameter(_ type: ColumnType) -> QueryDefinition.Parameter {
    .init(name: "p", type: type, defaultText: nil, help: "")
  }
}

@Suite struct TypedTextTests {
  @Test(arguments: [
    ("0", 0.0), ("90", 90), ("0.5", 0.5), ("30m", 1800), ("2h", 7200), ("1h30m", 5400), ("1h0m0s", 3600),
    ("1.5h", 5400),
    ("200ms", 0.2), ("7d", 604_800), ("1d12h", 129_600), ("0.5d", 43_200), ("24h0m0s", 86_400),
  ])
  func durationIsRead(_ text: String, _ expected: Double) {
    #expect(seconds(text) == expected)
  }

  @Test(arguments: [
    "", "h", "-1", "-1h", "1x", "1 h", "soon", "nan", "inf", "1h-30m", "d", "-1d", "1d-1h", "1h 30m", "null",
  ])
  func whatIsNoDurationIsRefused(_ text: String) {
    #expect(seconds(text) == nil)
  }

  @Test(arguments: [
    ("1970-01-01", Int64(0)), ("1970-01-01T00:00:00Z", 0), ("2026-11-23T14:00:00Z", begin),
    ("2026-11-23T14:00:00.000001Z", begin + 1), ("2026-11-23T14:00:00", begin), ("2026-11-23 14:00:00", begin),
    ("2026-11-23T23:00:00+09:00", begin), ("2026-11-23T23:00:00+0900", begin), ("2026-11-23T09:30:00-04:30", begin),
    ("2026-11-23", begin - 14 * 3_600_000_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
    ("1969-12-31T23:59:59Z", -1_000_000),
  ])
  func timeIsRead(_ text: String, _ expected: Int64) {
    #expect(microseconds(text) == expected)
  }

  @Test(arguments: [
    "", "now", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-11-32", "2026-11-23T25:00:00Z", "2026-11-23T14:00",
    "2026-11-23T14:00:00Zx", "2026-11-23T14:00:00+9", " 2026-11-23", "14:00:00", "2026-11-23T14:00:61Z",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(microseconds(text) == nil)
  }
}

import KubelogKit
import TestSamples
import Testing

/// What is printed as JSON holds to docs/schema/.
@Suite struct JSONSchemaTests {
  /// Which schema each answer has.
  private static let answers = [
    ("secrets", "secrets"), ("sessions", "sessions"), ("phases", "phases"), ("nodes", "nodes"),
    ("node-transitions", "history"), ("time-to-ready", "summary"), ("quorum", "quorum"),
  ]

  @Test(arguments: FixtureCase.all)
  func answersHold(_ fixture: FixtureCase) throws {
    let event = try JSONSchema(named: "event")
    try fixture.withStore { kubelog, inputs in
      for line in try fixture.events(kubelog, inputs).split(separator: "\n") {
        #expect(event.faults(of: String(line)) == [])
      }
      for (path, options) in inputs { _ = try kubelog.ingest(path, options) }
      for line in try FixtureCase.answer("timeline", .ndjson, kubelog).split(separator: "\n") {
        #expect(event.faults(of: String(line)) == [])
      }
      for (query, name) in Self.answers {
        let faults = try JSONSchema(named: name).faults(of: try FixtureCase.answer(query, .json, kubelog))
        #expect(faults == [], "\(query)")
      }
      let problems = ProblemCase.table(try kubelog.diagnosis().cases + kubelog.nextSteps())
      let text = Renderer(Presentation(format: .json)).render(problems)
      #expect(try JSONSchema(named: "problems").faults(of: text) == [])
    }
  }

  /// A schema tells a wrong document from a right one.
  @Test(
    arguments: [
      (
        #"[{"from":null,"to":null,"members":3,"ready":2,"needed":2,"tolerates":0,"state":"at-risk","not_ready":["c"],"cluster":null}]"#,
        0
      ),
      (
        #"[{"from":1,"to":null,"members":3,"ready":2,"needed":2,"tolerates":0,"state":"at-risk","not_ready":[],"cluster":null}]"#,
        1
      ),
      (
        #"[{"from":"2026-11-23","to":null,"members":3,"ready":2,"needed":2,"tolerates":0,"state":"at-risk","not_ready":[],"cluster":null}]"#,
        1
      ),
      (
        #"[{"from":null,"to":null,"members":0,"ready":2.5,"needed":2,"tolerates":-1,"state":"fine","not_ready":[1],"cluster":null}]"#,
        5
      ),
      (
        #"[{"from":null,"to":null,"members":3,"ready":2,"needed":2,"state":"lost","not_ready":[],"more":1,"cluster":null}]"#,
        2
      ),
      (#"{}"#, 1), ("[", 1), ("[]", 0),
    ] as [(String, Int)])
  func wrongDocumentsAreFound(_ text: String, _ count: Int) throws {
    let faults = try JSONSchema(named: "quorum").faults(of: text)
    #expect(faults.count == count, "\(faults)")
  }
}

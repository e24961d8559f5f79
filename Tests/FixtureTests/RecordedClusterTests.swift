import FoundationEssentials
import KubelogKit
import Testing

/// What is told of a day of a cluster against what really happened: `Fixtures/recorded-cluster/expected.day.txt`.
@Suite struct RecordedClusterTests {
  /// One thing that happened.
  struct Fact: Sendable, CustomTestStringConvertible {
    var time: Int64
    var node: String
    /// `join begins`, `join failed`, `appears NotReady`, `becomes Ready`, `is removed`, or a kind of event and its words.
    var what: String
    /// Between which moments it may be told, where no source has its time.
    var bounds: ClosedRange<Int64>?
    /// Whether no source tells of it.
    var isSilent = false

    var testDescription: String { "\(rfc3339(time)) \(node) \(what)" }
    var isOfEvents: Bool { what.prefix { $0 != " " }.contains(".") }
  }

  /// The same as it was told.
  struct Told {
    var time: Int64
    var node: String
    var what: String
    var earliest, latest: Int64
  }

  private static let second: Int64 = 1_000_000
  /// How far off something may be told.
  private static let tolerance = 2 * second

  private static let facts: [Fact] = FileManager.default.text(atPath: "\(RecordedCluster.folder)/expected.day.txt")
    .split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 2, let time = moment(words[0]) else { return nil }
      var fact = Fact(time: time, node: words[1], what: "", isSilent: words[2] == "?")
      let end = words.lastIndex(of: "in").flatMap { $0 == words.count - 3 && !fact.isSilent ? $0 : nil }
      fact.what = words[2..<(end ?? words.count)].joined(separator: " ")
      if let end, let first = moment(words[end + 1]), let last = moment(words[end + 2]) { fact.bounds = first...last }
      return fact
    }

  private static func moment(_ clock: String) -> Int64? {
    microseconds("2026-11-23T\(clock)Z")
  }

  // MARK: The report

  /// What `report --format json` has.
  private struct Page: Decodable {
    struct Session: Decodable {
      var id, command, outcome: String
      var node, started_at, ended_at: String?
    }
    struct Transition: Decodable {
      var node, to: String
      var from, time, earliest, latest: String?
    }
    struct Happening: Decodable {
      var kind, message, time_source: String
      var node, session, time, last_time: String?
      var count: Int
      var time_uncertainty_s: Double?

      /// What `KIND WORDS` of a fact is held against.
      func says(_ what: String) -> Bool {
        let parts = what.split(separator: " ", maxSplits: 1).map(String.init)
        return kind == parts[0] && (parts.count == 1 || message == parts[1] || message.hasSuffix(": " + parts[1]))
      }

      func isNear(_ time: Int64) -> Bool {
        [self.time, last_time].compactMap { $0.flatMap { microseconds($0) } }.contains { abs($0 - time) <= tolerance }
      }
    }
    var sessions: [Session]
    var node_transitions: [Transition]
    var node_events: [Happening]
  }

  private static func decoded<Form: Decodable>(_ text: String, as form: Form.Type) throws -> Form {
    try JSONDecoder().decode(form, from: Data(text.utf8))
  }

  /// The timeline with a row each.
  private static func timeline(_ kubelog: Kubelog, fold: String) throws -> [Page.Happening] {
    let table = try kubelog.answer("timeline", ["fold": .text(fold)])
    return try decoded(Renderer(Presentation(format: .json)).render(table), as: [Page.Happening].self)
  }

  /// Joins, changes of nodes and the like as a report tells them; when runs ended, where the report does not say, by the
  /// timeline.
  private static func told(_ page: Page, _ events: [Page.Happening]) -> [Told] {
    var told: [Told] = []
    let end = microseconds(RecordedCluster.now) ?? 0
    for session in page.sessions {
      guard let node = session.node, let began = session.started_at.flatMap({ microseconds($0) }) else {
        Issue.record("a session without node or time: \(session)")
        continue
      }
      told.append(Told(time: began, node: node, what: "\(session.command) begins", earliest: began, latest: began))
      guard session.outcome != "incomplete" else { continue }
      let last = events.first { $0.kind == "kubeadm.session.ended" && $0.session == session.id }
      let time = session.ended_at.flatMap { microseconds($0) } ?? last?.time.flatMap { microseconds($0) }
      let spread = last?.time_uncertainty_s.map { Int64($0 * 1e6) }
      told.append(
        Told(
          time: time ?? began, node: node, what: "\(session.command) \(session.outcome)",
          earliest: max(began, (time ?? began) - (spread ?? 0)),
          latest: min(end, time.map { $0 + (spread ?? end) } ?? end)))
    }
    for change in page.node_transitions {
      guard let time = change.time.flatMap({ microseconds($0) }) else {
        Issue.record("a change without time: \(change)")
        continue
      }
      told.append(
        Told(
          time: time, node: change.node, what: "\(change.from == nil ? "appears" : "becomes") \(change.to)",
          earliest: change.earliest.flatMap { microseconds($0) } ?? time,
          latest: change.latest.flatMap { microseconds($0) } ?? time))
    }
    // Several sources tell of one deletion.
    for event in page.node_events where event.kind == "node.removed" {
      guard let node = event.node, let time = event.time.flatMap({ microseconds($0) }),
        !told.contains(where: { $0.node == node && $0.what == "is removed" && abs($0.time - time) <= tolerance })
      else { continue }
      told.append(Told(time: time, node: node, what: "is removed", earliest: time, latest: time))
    }
    return told
  }

  /// Holds what is told against the facts, each fact and each thing told once.
  private static func compare(_ told: [Told], _ facts: [Fact]) {
    var rest = told
    for fact in facts {
      let same = rest.indices.filter { rest[$0].node == fact.node && rest[$0].what == fact.what }
      guard let index = same.min(by: { abs(rest[$0].time - fact.time) < abs(rest[$1].time - fact.time) }) else {
        Issue.record("not told: \(fact.testDescription)")
        continue
      }
      let found = rest.remove(at: index)
      let words: Comment =
        "\(fact.testDescription) is told as \(rfc3339(found.time)), \(rfc3339(found.earliest)) to \(rfc3339(found.latest))"
      if let bounds = fact.bounds {
        #expect(bounds.contains(found.earliest) && bounds.contains(found.latest), words)
        #expect(found.earliest <= fact.time && fact.time <= found.latest, words)
      } else {
        #expect(abs(found.time - fact.time) <= tolerance, words)
        #expect(found.earliest - second <= fact.time && fact.time <= found.latest + second, words)
      }
    }
    for invented in rest { Issue.record("did not happen: \(rfc3339(invented.time)) \(invented.node) \(invented.what)") }
  }

  // MARK: Tests

  @Test func thereAreFacts() {
    #expect(Self.facts.count == 87)
    #expect(Self.facts.filter(\.isSilent).count == 8)
    #expect(RecordedCluster.sources.count == 48)
    #expect(RecordedCluster.sources.filter { !$0.pieces.isEmpty }.count == 33)
  }

  /// Everything that happened is told, at its time or within honest bounds, and nothing else, whatever was read first.
  @Test(arguments: [false, true]) func theDayIsToldAndNothingIsInvented(_ isBackward: Bool) throws {
    try RecordedCluster.withStore(isBackward: isBackward) { kubelog in
      let page = try Self.decoded(try kubelog.report().text(.json), as: Page.self)
      let events = try Self.timeline(kubelog, fold: "none")
      let told = Self.told(page, events)
      Self.compare(told, Self.facts.filter { !$0.isSilent && !$0.isOfEvents })
      // What nodes did is no other answer than that of `nodes --history`.
      let table = try kubelog.answer("node-transitions")
      let history = try Self.decoded(
        Renderer(Presentation(format: .json)).render(table), as: [Page.Transition].self)
      #expect(history.map(\.time) == page.node_transitions.map(\.time))
      #expect(history.map(\.node) == page.node_transitions.map(\.node))

      for fact in Self.facts where fact.isOfEvents && !fact.isSilent {
        func isTold(_ event: Page.Happening) -> Bool {
          event.node == fact.node && event.says(fact.what) && event.isNear(fact.time)
        }
        let folded = try Self.timeline(kubelog, fold: "repeats")
        for (name, rows) in [("the timeline", events), ("the folded timeline", folded)] {
          #expect(rows.contains(where: isTold), "\(name): \(fact.testDescription)")
        }
        if ["node.labeled", "node.cordoned", "node.uncordoned", "node.drained", "systemd.unit.stopping"].contains(
          fact.what)
          || fact.what.hasPrefix("systemd.unit.st")
        {
          #expect(page.node_events.contains(where: isTold), "the report: \(fact.testDescription)")
        }
      }
      // Nothing is known of what no source tells, so nothing is said of that moment.
      for fact in Self.facts where fact.isSilent {
        #expect(!told.contains { $0.node == fact.node && abs($0.time - fact.time) <= Self.tolerance / 2 })
      }
    }
  }

  /// A run of kubeadm is one row with its begin, its end and how long it took.
  @Test func runsAreSpansOfTheTimeline() throws {
    try RecordedCluster.withStore { kubelog in
      let table = try kubelog.answer("timeline", ["kinds": .text(#"["kubeadm.session.started"]"#)])
      let spans = table.rows.map { row in
        let times = ["time", "_until"].map { name in
          table.number(name, row).map { String(rfc3339(Int64($0)).dropFirst(11).prefix(8)) } ?? "-"
        }
        let took = table.number("_took", row).map { "\(($0 * 10).rounded() / 10)" } ?? "-"
        return "\(times[0]) \(times[1]) \(took) \(table.text("node", row) ?? "-") \(table.text("message", row) ?? "")"
      }
      #expect(
        spans == [
          "14:26:44 14:30:47 242.4 cp1 kubeadm init failed", "14:32:35 14:32:36 0.6 cp1 kubeadm reset succeeded",
          "14:32:36 14:32:52 16.5 cp1 kubeadm init succeeded", "14:35:22 14:35:40 18.5 cp2 kubeadm join succeeded",
          "14:35:42 14:35:51 8.3 w1 kubeadm join succeeded", "14:35:52 14:36:00 7.7 w2 kubeadm join succeeded",
          "14:36:03 14:36:24 21.3 cp3 kubeadm join succeeded", "14:36:27 - - w3 kubeadm join succeeded",
          "14:45:48 14:45:49 0.7 w3 kubeadm reset succeeded", "14:45:49 14:45:56 6.3 w3 kubeadm join succeeded",
          "14:45:56 14:45:56 0.1 cp3 kubeadm join failed", "14:45:56 14:45:57 0.5 cp3 kubeadm reset succeeded",
          "14:45:57 14:45:57 0.2 cp3 kubeadm join failed", "14:45:58 14:45:58 0.1 cp3 kubeadm join failed",
          "14:47:01 - - cp1 kubeadm phase, its end was not read", "14:47:05 - - cp1 kubeadm upload-certs succeeded",
          "14:47:05 14:47:06 0.2 cp3 kubeadm join failed", "14:48:26 - - cp3 kubeadm join succeeded",
        ])
    }
  }
}

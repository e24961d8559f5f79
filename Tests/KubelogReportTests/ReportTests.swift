import KubelogQuery
import Testing

@testable import KubelogReport

/// Texts of logs in a report, and charts at the edges of what they can show.
@Suite struct ReportTests {
  static let hostile = [
    "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "</title></style><!--",
    "a|b`c`**d**", "[x](http://e.test)", "![x](https://e.test/x.png)", "@everyone", "www.e.test", "\u{202E}txt.exe",
    "line\nbreak\r\n# heading", "```\nfence", "&amp;&lt;", "x; click a href javascript:alert(1)",
  ]

  /// A report of one node and one failed session whose every text is `text`.
  private func report(_ text: String) -> Report {
    func table(_ values: KeyValuePairs<String, Value>) -> ResultTable {
      ResultTable(
        columns: values.map { Column(name: $0.key, type: .text, title: nil) }, rows: [values.map(\.value)])
    }
    let word = Value.text(text)
    let problem = ReportProblem(
      id: text, title: text, cause: text, remedy: [text], reference: text, severity: "error", state: "open",
      reason: text, count: 1, evidence: [ReportProblem.Evidence(path: text, line: 1, text: text)])
    return Report(
      answers: [
        "sessions": table([
          "id": .text("1"), "command": word, "outcome": .text("failed"), "node": word, "kubernetes_version": word,
          "control_plane_endpoint": word, "error": word, "started_at": .integer(moment), "duration_s": .real(3),
        ]),
        "phases": table([
          "session": .text("1"), "name": word, "duration_basis": .text("stamped"), "status": .text("failed"),
          "started_at": .integer(moment), "ended_at": .integer(moment + 3_000_000), "duration_s": .real(3),
        ]),
        "nodes": table([
          "name": word, "status": .text("NotReady"), "roles": .text("[]"), "version": word, "os_image": word,
          "first_seen_at": .integer(moment), "last_seen_at": .integer(moment + 9_000_000),
        ]),
        "node-transitions": table([
          "node": word, "to": .text("NotReady"), "time": .integer(moment), "time_source": .text("klog"), "reason": word,
        ]),
        "secrets": table([
          "kind": .text("bootstrap-token"), "id": word, "state": .text("never"), "created_at": .integer(moment),
        ]),
        "preflight-findings": table(["check": word, "message": word, "node": word, "command": word]),
        "source-times": table(["path": word, "format": word, "events": .integer(1)]),
      ], problems: [problem], scope: text, now: moment, zone: .utc)
  }

  /// Of tags and attributes a page has only those that it has for a harmless word.
  @Test(arguments: hostile)
  func nothingOfALogIsHTML(_ text: String) {
    let tags = { (html: String) in
      html.split(separator: "<").dropFirst().map { tag in
        // Coordinates depend on the length of names, texts of attributes are quoted.
        String(tag.prefix { $0 != ">" }.filter { !"0123456789.".contains($0) }.split(separator: "\"")[0])
      }
    }
    #expect(Set(tags(report(text).text(.html))).subtracting(tags(report("plain").text(.html))) == [])
  }

  @Test(arguments: hostile)
  func nothingOfALogIsMarkdown(_ text: String) {
    let plain = report("plain").text(.markdown).split(separator: "\n", omittingEmptySubsequences: false)
    let lines = report(text).text(.markdown).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == plain.count)
    var fence: Substring?
    for (line, same) in zip(lines, plain) {
      #expect(line.hasPrefix("#") == same.hasPrefix("#"), "\(line)")
      let marks = line.drop { $0 == " " }.prefix { $0 == "`" }
      if let open = fence {
        // Only a line of nothing else ends what is shown as it is.
        if marks.count >= open.count, line.drop(while: { $0 == " " }).count == marks.count { fence = nil }
        #expect((fence == nil) == same.hasSuffix("```"), "\(line)")
        continue
      }
      if marks.count >= 3 { fence = marks }
      #expect((fence != nil) == same.drop { $0 == " " }.hasPrefix("```"), "\(line)")
      #expect(!line.contains("<script") && !line.contains("<svg") && !line.contains("<!--"), "\(line)")
      #expect(!line.unicodeScalars.contains("\u{202E}"), "\(line)")
    }
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("*b*", "\\*b\\*"), ("<i>", "&lt;i&gt;"), ("&amp;", "&amp;amp;"), ("a\nb", "a b"),
    ("http://e", "http:\u{2060}//e"), ("WWW.e", "WWW\u{2060}.e"), ("@a", "&#64;\u{2060}a"), ("kube_x", "kube\\_x"),
    ("\u{1B}[31m", "\\e\\[31m"), ("日本", "日本"),
  ])
  func markdownIsEscaped(text: String, expected: String) {
    #expect(MarkdownForm.escaped(text) == expected)
  }

  @Test func namesOfMermaidEndNothing() {
    #expect(mermaidWord("a:b;c#d\ne%%f") == "a_b_c_d_e__f")
    #expect(mermaidWord("") == "unnamed")
    #expect(mermaidWord(String(repeating: "x", count: 99)).count == 60)
  }

  @Test(arguments: [
    ("certs", "certs"), ("Title of (x)", "_Title of _x_"), ("section-a", "_section-a"), ("2026-11-23", "_2026-11-23"),
    ("click me:now", "_click me_now"), ("", "unnamed"),
  ])
  func namesOfMermaidTasksAreNoWordOfItsOwn(text: String, expected: String) {
    #expect(mermaidTask(text) == expected)
  }

  @Test(arguments: [
    ("cp1", "cp1"), ("a-node-name-of-more-than-22.example", "a-node-nam…2.example"),
  ])
  func longNamesAreCutInTheMiddle(text: String, expected: String) {
    #expect(cutInTheMiddle(text, to: 20) == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (48.24, "48.2"), (-0.04, "0"), (-7.25, "-7.3"), (7.96, "8"), (.infinity, "0"), (1e300, "0"),
  ])
  func coordinatesHaveATenth(number: Double, expected: String) {
    #expect(tenths(number) == expected)
  }

  @Test func timesNameTheirDayOnlyOnAnother() {
    let times = ReportTimes(zone: seoul, now: moment, first: moment)
    #expect(times.clock(moment) == "23:09:38")
    #expect(times.clock(moment + 3_600_000_000) == "24 Nov 00:09:38")
    #expect(times.clock(moment + 365 * 86_400_000_000) == "23 Nov 2027")
    #expect(times.clock(nil) == "not known")
    #expect(times.mermaid(moment) == "2026-11-23 23:09:38.847")
  }

  /// From a microsecond to ten thousand years an axis has few ticks, and no mark leaves the drawing.
  @Test(
    arguments: [1, 1_000_000, 3_600_000_000, 86_400_000_000, 31_536_000_000_000, 315_360_000_000_000_000] as [Int64])
  func anAxisFitsAnySpan(length: Int64) {
    let lane = LaneChart.Lane(
      name: "n", marks: [.bar(.ready, from: moment - length, to: moment + 2 * length), .ring(moment + 5 * length)],
      value: "v")
    let chart = LaneChart(
      lanes: [lane], from: moment, to: moment + length, times: ReportTimes(zone: .utc, now: moment, first: moment))
    let text = chart.svg(id: "c", title: "t", description: "d").text
    #expect(text.split(separator: "class=\"grid\"").count < 40)
    for piece in text.split(separator: "x2=\"").dropFirst() {
      let place = Double(piece.prefix { $0 != "\"" }) ?? -1
      #expect((0...944).contains(place))
    }
  }

  /// A report of `rows` of a quorum: place, seconds from and to, members, ready, tolerated, state.
  private func quorum(_ rows: [(String, Int64?, Int64?, Int, Int, Int?, String)], notes: [String] = []) -> Report {
    let names = ["_place", "from", "to", "members", "ready", "needed", "tolerates", "state", "not_ready", "_members"]
    let time = { (seconds: Int64?) -> Value in seconds.map { .integer(moment + $0 * 1_000_000) } ?? .null }
    let number = { (number: Int?) -> Value in number.map { .integer(Int64($0)) } ?? .null }
    let table = ResultTable(
      columns: names.map { Column(name: $0, type: .text, title: nil) },
      rows: rows.map { place, from, to, members, ready, tolerates, state in
        [
          .text(place), time(from), time(to), number(members), number(ready), number(members / 2 + 1),
          number(tolerates), .text(state), .text(ready < members ? #"["b"]"# : "[]"), .text("[\"\(place)1\",\"b\"]"),
        ]
      })
    let changes = ResultTable(
      columns: ["node", "to", "time", "time_source"].map { Column(name: $0, type: .text, title: nil) },
      rows: [0, 60].map { [.text("b"), .text("Ready"), time($0), .text("stamped")] })
    return Report(
      answers: ["quorum": table, "node-transitions": changes], quorumNotes: notes, now: moment + 100_000_000, zone: .utc
    )
  }

  /// Each state of the majority has its word on top, in the section and in what to do.
  @Test(
    arguments: [
      (3, 3, 1, "healthy", "**3 of 3** | tolerates 1 loss; needs 2", ""),
      (5, 5, 2, "healthy", "**5 of 5** | tolerates 2 losses; needs 3", ""),
      (3, 2, 0, "at-risk", "**2 of 3** | at risk: tolerates no loss; needs 2", "**Bring back b: one more loss"),
      (2, 2, 0, "at-risk", "**2 of 2** | at risk: tolerates no loss; needs 2", "**Join another control-plane node:"),
      (3, 1, 0, "lost", "**1 of 3** | no quorum: needs 2", "**Bring back the majority of the control plane: b."),
      (1, 1, 0, "single", "**1 of 1** | no redundancy", ""),
      (3, 1, nil, "unknown", "**1 of 3** | seen Ready; whether it holds is not known; needs 2", ""),
    ] as [(Int, Int, Int?, String, String, String)])
  func headAndSectionAgree(
    _ members: Int, _ ready: Int, _ tolerates: Int?, _ state: String, _ head: String, _ step: String
  ) {
    let text = quorum([("a", 0, nil, members, ready, tolerates, state)], notes: ["a note"]).text(.markdown)
    #expect(text.contains("| Control plane | \(head) |"))
    #expect(text.contains("\n1. \(step)") || step.isEmpty && !text.contains("\n1. **"))
    #expect(text.contains("A note."))
    #expect(text.contains("| still |") == (members > 1))
  }

  @Test func severalControlPlanesAreNamed() {
    let report = quorum([
      ("a", 0, 40, 3, 3, 1, "healthy"), ("c", 10, nil, 3, 3, 1, "healthy"), ("a", 40, nil, 3, 1, 0, "lost"),
    ])
    let text = report.text(.markdown)
    #expect(text.contains("| Control plane | **2** | control planes, 1 of them healthy |"))
    #expect(text.contains("a1: There was no majority from 14:10:18 on. c1: The majority was never lost."))
    #expect(text.contains("| c1 | 14:09:48 | still | 3 | 3 | 2 | 1 | healthy | – |"))
    #expect(text.contains("1. **Bring back the majority of the control plane of a1: b.**"))
    // No node was seen since: as assumed, in both widths and the legend.
    #expect(report.text(.html).components(of: "class=\"m-assumed lost\"") == 3)
  }

  /// A session that failed says in which phase and what it waited for, where that is known.
  @Test(
    arguments: [
      (nil, nil, "error execution phase etcd: no", "cp1 init stopped in etcd after 3s."),
      (nil, nil, "no words", "cp1 init stopped in certs after 3s."),
      (
        "wait-control-plane", "a healthy <API>", "no",
        "cp1 init stopped in wait-control-plane after 3s, waiting for a healthy &lt;API&gt;."
      ),
    ] as [(String?, String?, String, String)])
  func aFailedSessionSaysWhereItStopped(_ phase: String?, _ waiting: String?, _ error: String, _ words: String) {
    let values: KeyValuePairs<String, Value> = [
      "id": .text("1"), "command": .text("init"), "outcome": .text("failed"), "node": .text("cp1"),
      "error": .text(error),
      "started_at": .integer(moment), "duration_s": .real(3), "failed_phase": phase.map { .text($0) } ?? .null,
      "waiting_for": waiting.map { .text($0) } ?? .null,
    ]
    let table = ResultTable(
      columns: values.map { Column(name: $0.key, type: .text, title: nil) }, rows: [values.map(\.value)])
    let names = ["session", "name", "duration_basis", "status", "started_at", "ended_at", "duration_s"]
    let phases = ResultTable(
      columns: names.map { Column(name: $0, type: .text, title: nil) },
      rows: [
        [
          .text("1"), .text("certs"), .text("stamped"), .text("failed"), .integer(moment), .integer(moment + 3_000_000),
          .real(3),
        ]
      ])
    let html = Report(answers: ["sessions": table, "phases": phases], now: moment, zone: .utc).text(.html)
    #expect(html.contains("<figcaption>Phases of each session, from its own start. \(words)</figcaption>"))
  }

  /// How sure an end is tells the shape of its bar, of tokens and of certificates alike.
  @Test(
    arguments: ["bootstrap-token", "certificate"],
    [
      ("valid", "printed", ["m-valid", "endl"]), ("valid", "default-ttl", ["m-valid", "ring"]),
      ("unknown", "default-ttl", ["m-perhaps", "ring"]), ("never", "printed", ["m-never", "m-arrow"]),
      ("expired", "printed", ["m-bounds", "cross"]),
    ] as [(String, String, [String])])
  func shapesOfExpiries(_ kind: String, _ row: (state: String, basis: String, classes: [String])) {
    let values: KeyValuePairs<String, Value> = [
      "kind": .text(kind), "id": .text("a"), "state": .text(row.state), "expires_basis": .text(row.basis),
      "created_at": .integer(moment - 9_000_000), "expires_at": .integer(moment + 900_000_000),
    ]
    let table = ResultTable(
      columns: values.map { Column(name: $0.key, type: .text, title: nil) }, rows: [values.map(\.value)])
    let html = Report(answers: ["secrets": table], now: moment, zone: .utc).text(.html)
    let marks = ["m-valid", "m-perhaps", "endl", "ring", "m-never", "m-arrow", "m-bounds", "cross"]
    let wide = html.split(separator: "<svg class=\"wide\"").dropFirst().first?.split(separator: "</svg>").first ?? ""
    #expect(marks.filter { wide.contains("class=\"\($0)\"") } == row.classes)
  }

  /// What is wrong alike on several nodes is said once, with each node's times.
  @Test func aProblemOfSeveralNodesIsOneBlock() {
    func problem(_ node: String?, _ title: String, _ cause: String = "It exits.") -> ReportProblem {
      var problem = ReportProblem(
        id: "crash-loop", title: title, cause: cause, remedy: ["kubectl logs"], reference: "r", severity: "error",
        state: "open", reason: "", count: 2,
        evidence: (1...3).map { .init(path: node ?? "-", line: $0, text: "crash") })
      (problem.node, problem.firstSeen, problem.lastSeen) = (node, moment, moment + 1_000_000)
      return problem
    }
    let report = Report(
      answers: [:],
      problems: [
        problem("a", "a container ends: p-1"), problem("b", "a container ends: p-2"), problem("c", "no disk"),
        problem("c", "a container ends: p-3"), problem("d", "no disk"), problem("e", "no disk", "It is full."),
      ], now: moment, zone: .utc)
    let markdown = report.text(.markdown)
    let heads = markdown.split(separator: "\n").filter { $0.hasPrefix("### ") }
    #expect(
      heads == [
        "### A container ends, on a, b and c (open, error)", "### No disk, on c and d (open, error)",
        "### No disk, on e (open, error)",
      ])
    #expect(markdown.contains("It exits. a, p-1: Seen 2 times, from 14:09:38 to 14:09:39. b, p-2: Seen 2 times"))
    #expect(markdown.contains("> a:1: crash\n>\n> b:1: crash\n>\n> c:1: crash\n"))
    let html = report.text(.html)
    #expect(html.components(of: "<article class=\"prob\">") == 3)
    #expect(html.contains("<small>3 open, 0 over</small>"))
  }

  @Test func ofAProblemOfManyNodesTheFirstTellWhen() {
    let problems = (1...25).map { number in
      var problem = ReportProblem(
        id: "swap-on", title: "swap is on", cause: "c", remedy: ["swapoff -a"], reference: "r", severity: "error",
        state: "open",
        reason: "", count: 1, evidence: [])
      (problem.node, problem.firstSeen, problem.lastSeen) = ("n\(number)", moment, moment)
      return problem
    }
    let report = Report(answers: [:], problems: problems, now: moment, zone: .utc)
    for text in [report.text(.markdown), report.text(.html)] {
      #expect(text.contains("on n1, n2, n3, n4, n5 and 20 more"))
      #expect(text.components(of: ": Seen once, at ") == 20)
      #expect(text.contains("5 more: kubelog problems --all"))
    }
  }

  @Test func aBarThatGoesOnIsCutAtTheAxis() {
    let lane = LaneChart.Lane(
      name: "n", marks: [.bar(.failed, from: moment, to: moment + 9_000_000, label: "etcd, long")])
    let chart = LaneChart(lanes: [lane], from: moment, to: moment + 3_000_000)
    let text = chart.svg(id: "c", title: "t", description: "d").text
    #expect(text.components(of: "class=\"cutl\"") == 2)
    #expect(text.contains(">etcd, long</text>"))
  }

  @Test func longAxesTickWhereYearsBegin() {
    let times = ReportTimes(zone: seoul, now: moment, first: moment)
    let year: Int64 = 365 * 86_400_000_000
    #expect(
      times.firsts(moment, moment + 3 * year, every: 12).map { times.clock($0) }
        == ["2027", "2028", "2029"].map { "1 Jan \($0)" })
    #expect(
      times.firsts(moment, moment + year, every: 3).map { times.date($0) } == [
        "1 Jan 2027", "1 Apr 2027", "1 Jul 2027", "1 Oct 2027",
      ])
  }

  @Test func nothingReadIsSaidInWords() {
    let report = Report(answers: [:], now: moment, zone: .utc)
    let html = report.text(.html)
    #expect(html.contains("Nothing was read that tells of an installation."))
    #expect(!html.contains("<figure>"))
    #expect(html.components(of: "<h2") == 9)
    #expect(report.text(.json).contains("\"next_steps\": []"))
  }
}

extension String {
  /// How often `piece` is in it.
  fileprivate func components(of piece: String) -> Int { ranges(of: piece).count }

  @Test func whatIsLeftOutIsSaid() {
    let sessions = ResultTable(
      columns: ["id", "command", "outcome"].map { Column(name: $0, type: .text, title: nil) },
      rows: [[.text("1"), .text("join"), .text("succeeded")]])
    let told = Report(
      answers: ["sessions": sessions], leftOut: ["sessions": 41, Report.nodeEvents: 2], now: moment, zone: .utc)
    for text in [told.text(.html), told.text(.markdown)] {
      let absences = "41 earlier sessions (kubelog query sessions), 2 earlier events of nodes (kubelog query timeline)"
      #expect(text.contains(absences))
      // Nothing is said of those that are not there.
      #expect(text.contains("None of the last 1 sessions is a kubeadm init"))
      #expect(text.contains("Preflight was silent in the last 1 sessions."))
    }
    #expect(told.text(.html).contains("<small>the last 1 session, none failed"))
    #expect(told.text(.json).contains(#""left_out": {"sessions":41,"node_events":2}"#))
    let whole = Report(answers: ["sessions": sessions], now: moment, zone: .utc)
    #expect(whole.text(.json).contains(#""left_out": {}"#))
    #expect(!whole.text(.html).contains("earlier sessions"))
  }
}

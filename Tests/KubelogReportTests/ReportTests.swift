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
      #expect((0...800).contains(place))
    }
  }

  @Test func nothingReadIsSaidInWords() {
    let report = Report(answers: [:], now: moment, zone: .utc)
    let html = report.text(.html)
    #expect(html.contains("Nothing was read that tells of an installation."))
    #expect(!html.contains("<figure>"))
    #expect(html.components(of: "<h2") == 8)
    #expect(report.text(.json).contains("\"next_steps\": []"))
  }
}

extension String {
  /// How often `piece` is in it.
  fileprivate func components(of piece: String) -> Int { ranges(of: piece).count }
}

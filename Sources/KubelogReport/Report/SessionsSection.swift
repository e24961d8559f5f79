/// The runs of kubeadm and their phases, on the clock and each from its own start.
struct SessionsSection: ReportSection {
  let id = "sessions"
  let title = "Sessions and phases"
  private let facts: ReportFacts
  /// The most lanes of a chart; those beyond are in the table.
  private static let most = 20

  /// What each session is called beside its node, by its id.
  private let details: [String: String]

  init(_ facts: ReportFacts) {
    self.facts = facts
    // Grouped once: to count its like for each session would take the square of many.
    let groups = Dictionary(grouping: facts.sessions) { [$0.command, $0.node] }
    let named = groups.values.flatMap { same in
      same.enumerated().map { nth, session in
        (session.id, same.count > 1 && session.node != nil ? "\(session.command), no. \(nth + 1)" : session.command)
      }
    }
    details = Dictionary(named, uniquingKeysWith: { first, _ in first })
  }

  var remark: String? {
    let failed = facts.sessions.filter { $0.outcome == "failed" }.count
    guard !facts.sessions.isEmpty else { return nil }
    let last = facts.leftOut["sessions"] == nil ? "" : "the last "
    return
      "\(last)\(facts.sessions.count) \(facts.sessions.count == 1 ? "session" : "sessions"), \(failed == 0 ? "none failed" : "\(failed) failed"); times in \(facts.times.zoneName)"
  }

  /// How kubeadm's error begins when a phase failed, since 1.13.
  private static let failedPhase = "error execution phase "

  private static let none = "No session of kubeadm was read: kubeadm init 2>&1 | kubelog ingest"

  /// Sessions worth a lane: failures, then `init`, then the longest, in the order they ran.
  private var drawn: [SessionRow] {
    let rank = { (session: SessionRow) in session.outcome != "succeeded" ? 0 : session.command == "init" ? 1 : 2 }
    let dated = facts.sessions.enumerated().filter { $0.element.started != nil }
    guard dated.count > Self.most else { return dated.map(\.element) }
    let kept = dated.sorted { left, right in
      let (a, b) = (left.element, right.element)
      if rank(a) != rank(b) { return rank(a) < rank(b) }
      if a.duration != b.duration { return (a.duration ?? 0) > (b.duration ?? 0) }
      return left.offset < right.offset
    }.prefix(Self.most)
    return kept.sorted { $0.offset < $1.offset }.map(\.element)
  }

  /// Which try of its command on its node a session was, where there were several.
  private func detail(_ session: SessionRow) -> String { details[session.id] ?? session.command }

  private func name(_ session: SessionRow) -> String { session.node ?? "unnamed" }

  private func took(_ session: SessionRow) -> String { session.duration.map(humanDuration) ?? "not known" }

  /// How it ended where it did not succeed, and how long it took.
  private func remark(_ session: SessionRow) -> String {
    let took = session.duration.map(humanDuration)
    if session.outcome == "failed" {
      return "failed" + (took.map { " after \($0)" } ?? stop(session).map { " in \($0)" } ?? "")
    }
    return took ?? "end not recorded"
  }

  /// The phase in which a session failed: the one that kubeadm names, else the last that it came to.
  private func stop(_ session: SessionRow) -> String? {
    guard session.outcome == "failed" else { return nil }
    if let phase = session.failedPhase { return phase }
    if let error = session.error, error.hasPrefix(Self.failedPhase) {
      let name = error.dropFirst(Self.failedPhase.count).prefix { $0 != ":" && $0 != "\n" }
      if !name.isEmpty { return String(name) }
    }
    guard let phases = facts.phases[session.id] else { return nil }
    return (phases.first { $0.status == "failed" } ?? phases.last)?.name
  }

  private func style(_ phase: PhaseRow, of session: SessionRow) -> LaneChart.Style {
    if phase.status == "failed" || phase.name == stop(session) { return .failed }
    switch phase.name {
    case "wait-control-plane", "apiclient", "etcd", "kubelet-check", "health-check", "control-plane-check",
      "check-etcd":
      return .waits
    case "kubelet-start" where session.command == "join": return .waits
    case "upload-config", "kubelet", "upload-certs", "mark-control-plane", "bootstrap-token", "addons", "addon",
      "kubelet-finalize", "bootstraptoken", "markmaster":
      return .publishes
    default: return .prepares
    }
  }

  /// A session's marks, moved by `shift`; a phase without a clock of its own gets no width.
  private func marks(_ session: SessionRow, shift: Int64, until end: Int64) -> [LaneChart.Mark] {
    guard let started = session.started else { return [] }
    let phases = facts.phases[session.id] ?? []
    let spans = phases.compactMap { phase in phase.span.map { (phase, $0) } }
    if !spans.isEmpty {
      var marks = spans.map { phase, span in
        LaneChart.Mark.bar(
          style(phase, of: session), from: span.lowerBound - shift, to: span.upperBound - shift, label: phase.name,
          hint: "\(phase.name)\(phase.duration.map { ", \(humanDuration($0))" } ?? "")")
      }
      // Where it stopped, unless that is beyond the axis.
      if session.outcome == "failed", let last = spans.last?.1.upperBound, last - shift <= end {
        marks.append(.cross(last - shift))
      }
      return marks
    }
    guard let duration = session.duration, duration >= 0 else {
      return [session.outcome == "failed" ? .cross(started - shift) : .stroke(started - shift)]
    }
    let to = started + Int64(min(duration, 1e12) * 1e6) - shift
    let label =
      stop(session).map { "failed in \($0), durations not recorded" }
      ?? (phases.isEmpty ? "" : "\(phases.count) phases, durations not recorded")
    return [.bar(session.outcome == "failed" ? .failed : .unknown, from: started - shift, to: to, label: label)]
  }

  private static let legend = [
    ("prep", "prepares"), ("wait", "waits: control plane, TLS bootstrap, etcd"), ("pub", "publishes"),
    ("fail", "failed"), ("unk", "how its phases lie is not recorded"),
  ]

  /// The legend of the marks that a chart has.
  private func legend(_ lanes: [LaneChart.Lane]) -> [(String, String)] {
    var styles: Set<String> = []
    for mark in lanes.flatMap(\.marks) {
      switch mark {
      case .bar(let style, _, _, _, _): styles.insert(style.rawValue)
      case .stroke: styles.insert("stroke")
      case .cross: styles.insert("cross")
      default: break
      }
    }
    return
      (Self.legend
      + [("stroke", "began"), ("cross", "stopped")]).filter {
        styles.contains($0.0)
      }
  }

  private var figures: [ReportFigure] {
    let sessions = drawn
    guard let first = facts.sessions.compactMap(\.started).min() else { return [] }
    var figures: [ReportFigure] = []
    let ends = facts.sessions.flatMap { [$0.started, $0.ended] }.compactMap { $0 }
    let last = max(ends.max() ?? first, first + 1_000_000)
    let margin = max(1_000_000, (last - first) / 50)
    if sessions.count > 1 {
      var lanes = sessions.map { session in
        LaneChart.Lane(
          name: name(session), detail: detail(session), marks: marks(session, shift: 0, until: last),
          value: facts.times.clock(session.started, approximate: isApproximate(session)),
          remark: remark(session))
      }
      let others = facts.sessions.filter { session in
        session.started != nil && !sessions.contains { $0.id == session.id }
      }
      if !others.isEmpty {
        lanes.append(
          LaneChart.Lane(
            name: "\(others.count) more", detail: "succeeded",
            marks: others.compactMap { $0.started.map { .stroke($0) } },
            value: "began there"))
      }
      figures.append(
        ReportFigure(
          id: "clock", title: "Sessions on the clock",
          caption: "When each session ran. \(unfinished)\(leftOut)",
          chart: LaneChart(lanes: lanes, from: first - margin, to: last + margin, times: facts.times),
          legend: legend(lanes)))
    }
    let timed = sessions.filter { $0.duration != nil }
    let longest =
      timed.filter { $0.outcome == "succeeded" }.compactMap(\.duration).max() ?? timed.compactMap(\.duration).max()
    if let longest, longest > 0 {
      let end = Int64(min(longest, 1e9) * 1.03 * 1e6) + 1
      let lanes = timed.map { session in
        LaneChart.Lane(
          name: name(session), detail: detail(session),
          marks: marks(session, shift: session.started ?? 0, until: end), value: took(session),
          remark: stop(session).map { "failed in \($0)" } ?? slowest(session))
      }
      figures.append(
        ReportFigure(
          id: "phases", title: "Phases of each session, from its own start",
          caption: "Phases of each session, from its own start.\(finding(timed))\(stops(timed))",
          chart: LaneChart(lanes: lanes, from: 0, to: end, times: nil), legend: legend(lanes)))
    }
    return figures
  }

  private var unfinished: String {
    let open = drawn.filter { $0.duration == nil }.count
    if open == 1 { return "Of one the sources say when it began, not when it ended. " }
    return open == 0 ? "" : "Of \(open) the sources say when they began, not when they ended. "
  }

  private var leftOut: String {
    let undated = facts.sessions.filter { $0.started == nil }.count
    let folded = facts.sessions.count - undated - drawn.count
    return (folded > 0 ? "Of \(folded) more, which all succeeded, only the begin is drawn. " : "")
      + (undated > 0 ? "\(undated) without a clock \(undated == 1 ? "is" : "are") in the table only." : "")
  }

  private func slowest(_ session: SessionRow) -> String {
    let slowest = (facts.phases[session.id] ?? []).filter { $0.span != nil }.max {
      ($0.duration ?? 0) < ($1.duration ?? 0)
    }
    return slowest.map { "most: \($0.name)" } ?? ""
  }

  private func waited(_ session: SessionRow) -> String {
    session.waitingFor.map { ", waiting for \($0)" } ?? ""
  }

  /// Where those that failed stopped, in words; what is longer than the axis is cut there.
  private func stops(_ sessions: [SessionRow]) -> String {
    let texts = sessions.compactMap { session in
      stop(session).map {
        "\(name(session)) \(detail(session)) stopped in \($0) after \(took(session))\(waited(session))"
      }
    }
    guard !texts.isEmpty else { return "" }
    return " " + texts.prefix(3).joined(separator: "; ") + (texts.count > 3 ? " …" : "") + "."
  }

  private func finding(_ sessions: [SessionRow]) -> String {
    let whole = sessions.filter { $0.outcome == "succeeded" }
    let phases = whole.flatMap { facts.phases[$0.id] ?? [] }.filter { $0.span != nil }
    guard let slowest = phases.max(by: { ($0.duration ?? 0) < ($1.duration ?? 0) }), let took = slowest.duration else {
      return ""
    }
    return " The slowest is \(slowest.name) with \(humanDuration(took))."
  }

  private var sessionTable: ReportTable {
    ReportTable(
      headings: ["Session", "Node", "Began", "Took", "Outcome", "Version", "What it said"],
      rows: facts.sessions.map { session in
        [
          session.command + (session.isDryRun ? ", dry run" : ""), session.node ?? "not known",
          facts.times.clock(session.started, approximate: isApproximate(session)), took(session), session.outcome,
          session.version ?? "–", said(session),
        ]
      }, numbers: [3], free: [1, 6])
  }

  /// Why a session failed, and in which phase.
  private func said(_ session: SessionRow) -> String {
    let error = session.error?.split(separator: "\n").first.map(String.init)
    guard let stop = stop(session), !(error ?? "").hasPrefix(Self.failedPhase) else {
      return (error ?? "–") + waited(session)
    }
    return "in \(stop): \(error ?? "nothing about why")\(waited(session))"
  }

  private var phaseTable: ReportTable {
    ReportTable(
      headings: ["Session", "Phase", "Began", "Took", "Time from", "Status"],
      rows: facts.sessions.flatMap { session in
        (facts.phases[session.id] ?? []).map { phase in
          [
            "\(name(session)) \(detail(session))", phase.name,
            facts.times.clock(phase.started, approximate: isLoose(phase.timeSource)),
            phase.duration.map {
              ($0 < 60 ? tenths($0) + "s" : humanDuration($0)) + (phase.basis == "printed" ? ", as printed" : "")
            }
              ?? "not known", phase.timeSource, phase.status,
          ]
        }
      }, numbers: [3])
  }

  private func isLoose(_ timeSource: String) -> Bool { timeSource == "given" || timeSource == "derived" }

  private func isApproximate(_ session: SessionRow) -> Bool {
    facts.phases[session.id]?.first.map { isLoose($0.timeSource) } ?? false
  }

  var html: HTML {
    guard !facts.sessions.isEmpty else { return absence(Self.none) }
    let figures = figures
    var text: HTML =
      figures.isEmpty
      ? absence("Nothing in the sessions carries a time. The order of phases is known, durations are not.") : ""
    for figure in figures { text += figure.html }
    text += sessionTable.html(below: figures.isEmpty ? nil : "Sessions as a table")
    if !phaseTable.rows.isEmpty { text += phaseTable.html(below: "Phases as a table") }
    return text
  }

  var markdown: Markdown {
    guard !facts.sessions.isEmpty else { return "\(Self.none)\n" }
    return gantt + sessionTable.markdown + "\n<details><summary>Phases</summary>\n\n" + phaseTable.markdown
      + "\n</details>\n"
  }

  /// The sessions whose spans are known, as mermaid draws them.
  private var gantt: Markdown {
    let sessions = drawn.filter { $0.duration != nil }
    guard !sessions.isEmpty else {
      return "No session has both a begin and an end with a clock: durations are not known.\n\n"
    }
    var lines = [
      "gantt", "  title Sessions and phases (\(mermaidWord(facts.times.zoneName)))",
      "  dateFormat YYYY-MM-DD HH:mm:ss.SSS",
      "  axisFormat %H:%M:%S",
    ]
    for session in sessions {
      lines.append("  section \(mermaidWord("\(name(session)) \(detail(session))"))")
      let spans = (facts.phases[session.id] ?? []).compactMap { phase in phase.span.map { (phase, $0) } }
      for (phase, span) in spans {
        let tag =
          switch style(phase, of: session) {
          case .failed: "crit, "
          case .waits: "active, "
          default: "done, "
          }
        lines.append(
          "  \(mermaidTask(phase.name)) :\(tag)\(facts.times.mermaid(span.lowerBound)), \(max(1, (span.upperBound - span.lowerBound) / 1000))ms"
        )
      }
      if spans.isEmpty, let started = session.started, let duration = session.duration {
        let tag = session.outcome == "failed" ? "crit, " : ""
        lines.append(
          "  whole session :\(tag)\(facts.times.mermaid(started)), \(max(1, Int64(min(duration, 1e9) * 1000)))ms")
      }
    }
    return mermaid(lines)
  }
}

/// `text` as mermaid takes a name: what would end it or mean something is left out.
func mermaidWord(_ text: String) -> String {
  let plain = text.unicodeScalars.map { scalar -> Character in
    switch scalar {
    case "0"..."9", "A"..."Z", "a"..."z", "-", ".", ",", "_", " ", "/", "(", ")", "+": Character(scalar)
    default: "_"
    }
  }
  return plain.isEmpty ? "unnamed" : String(plain.prefix(60))
}

/// `text` as mermaid takes the name of a task, which stands at the begin of a line: no word of its own, no date, and no
/// parentheses, which old versions do not take there.
///
/// Source: mermaid `packages/mermaid/src/diagrams/gantt/parser/gantt.jison`.
func mermaidTask(_ text: String) -> String {
  let word = mermaidWord(text).replacing("(", with: "_").replacing(")", with: "_")
  let keywords = [
    "gantt", "dateformat", "inclusiveenddates", "topaxis", "axisformat", "tickinterval", "includes", "excludes",
    "todaymarker", "weekday", "weekend", "title", "acctitle", "accdescr", "section", "click", "call", "href",
  ]
  let begin = word.lowercased().drop { $0 == " " }
  let isTaken = begin.isEmpty || begin.first?.isNumber ?? false || keywords.contains { begin.hasPrefix($0) }
  return isTaken ? "_" + word : word
}

/// A chart of mermaid; the lines hold nothing but ``mermaidWord(_:)`` and times.
func mermaid(_ lines: [String]) -> Markdown {
  Markdown(stringLiteral: "```mermaid\n" + lines.joined(separator: "\n") + "\n```\n\n")
}

/// Members of the control plane, their majority and what it still stands, over time.
struct QuorumSection: ReportSection {
  let id = "quorum"
  let title = "Quorum"
  private let facts: ReportFacts
  /// The most control planes that are drawn.
  private static let most = 6
  /// Bounds closer than this are one moment to a reader, microseconds.
  private static let blur: Int64 = 1_000_000

  init(_ facts: ReportFacts) { self.facts = facts }

  private static let none =
    "No member of a control plane is known. kubectl get nodes | kubelog ingest, or read what kubeadm init printed."

  var remark: String? {
    guard !facts.quorum.isEmpty else { return nil }
    let last = facts.lastQuorums
    if last.count == 1 { return Self.sentence(last[0]) }
    return last.isEmpty ? "no member is left" : "\(last.count) control planes"
  }

  /// How the majority stands, as people say it.
  private static func word(_ state: String) -> String {
    switch state {
    case "at-risk": "at risk"
    case "lost": "no quorum"
    case "single": "single member"
    case "unknown": "not known"
    default: state
    }
  }

  private static func sentence(_ row: QuorumRow) -> String {
    "\(row.ready) of \(row.members) Ready, \(word(row.state))"
  }

  /// The rows of each control plane, in the order first seen.
  private var places: [[QuorumRow]] {
    let rows = Dictionary(grouping: facts.quorum) { $0.place ?? "" }
    return ReportFacts.distinct(facts.quorum.map { $0.place ?? "" }).compactMap { rows[$0] }
  }

  // MARK: The chart

  private static func style(_ state: String) -> (known: LaneChart.Style, assumed: LaneChart.Style) {
    switch state {
    case "healthy": (.healthy, .assumed)
    case "at-risk": (.atRisk, .assumedAtRisk)
    case "lost": (.lost, .assumedLost)
    case "single": (.single, .assumedUnknown)
    default: (.unknown, .assumedUnknown)
    }
  }

  /// Where a row lies on the axis, and until when somebody saw that it was so; nil where it is outside.
  private func span(_ row: QuorumRow, _ axis: ClosedRange<Int64>) -> (from: Int64, seen: Int64, to: Int64)? {
    let from = max(row.from ?? axis.lowerBound, axis.lowerBound)
    let to = min(row.to ?? axis.upperBound, axis.upperBound)
    guard from < to else { return nil }
    guard row.to == nil else { return (from, to, to) }
    let names = Set(row.names)
    let seen = facts.nodes.filter { names.contains($0.name) }.compactMap(\.lastSeen).max() ?? from
    return (from, min(max(seen, from), to), to)
  }

  /// Until when something that began at `from` is sure to have lasted, which was over by `to`, where `next` follows.
  private func sure(_ from: Int64, _ to: Int64, before next: QuorumRow?) -> Int64 {
    guard let begin = next?.from, let before = next?.notBefore, begin - before > Self.blur else { return to }
    return min(to, max(from, before))
  }

  private func band(_ rows: [QuorumRow], _ axis: ClosedRange<Int64>) -> [LaneChart.Mark] {
    var marks: [LaneChart.Mark] = []
    var hatches: [LaneChart.Mark] = []
    for (index, row) in rows.enumerated() {
      guard let (from, last, to) = span(row, axis) else { continue }
      let next = index + 1 < rows.count ? rows[index + 1] : nil
      let seen = sure(from, last, before: next)
      let style = Self.style(row.state)
      let hint =
        "\(facts.times.clock(from)) \(row.to.map { "to \(facts.times.clock($0))" } ?? "on"): \(Self.sentence(row))\(row.notReady.isEmpty ? "" : "; not Ready: \(row.notReady.joined(separator: ", "))")"
      if from < seen || row.to != nil {
        marks.append(
          .bar(
            style.known, from: from, to: seen, label: "\(row.ready) of \(row.members), \(Self.word(row.state))",
            hint: hint))
      }
      if row.to == nil, seen < to {
        marks.append(.bar(style.assumed, from: seen, to: to, hint: "as last seen; \(hint)"))
      }
      if let before = row.notBefore, row.from == from, from - before > Self.blur {
        hatches.append(
          .bar(
            .between, from: max(before, axis.lowerBound), to: from,
            hint: "changed between \(facts.times.clock(before)) and \(facts.times.clock(from))"))
      }
    }
    // What is not known covers what is.
    return marks + hatches
  }

  /// A number over time, neighbours that agree in one box.
  private func boxes(_ rows: [QuorumRow], _ axis: ClosedRange<Int64>, _ number: (QuorumRow) -> Int?) -> [LaneChart.Mark]
  {
    var boxes: [(from: Int64, to: Int64, text: String)] = []
    var hatches: [LaneChart.Mark] = []
    for row in rows {
      guard let (from, _, to) = span(row, axis) else { continue }
      let text = number(row).map(String.init) ?? "?"
      if let last = boxes.last, last.text == text, last.to == from {
        boxes[boxes.count - 1].to = to
      } else {
        if let last = boxes.last {
          let end = sure(last.from, last.to, before: row)
          if end < last.to { hatches.append(.bar(.between, from: end, to: from)) }
          boxes[boxes.count - 1].to = end
        }
        boxes.append((from, to, text))
      }
    }
    return hatches
      + boxes.map { .bar($0.text == "?" ? .unknown : .count, from: $0.from, to: $0.to, label: $0.text) }
  }

  private func lanes(_ rows: [QuorumRow], _ axis: ClosedRange<Int64>) -> [LaneChart.Lane] {
    let last = rows.last { $0.to == nil }
    let isNamed = places.count > 1
    let name = isNamed ? facts.named(rows) : "Quorum"
    return [
      LaneChart.Lane(
        name: name, detail: isNamed ? "" : "members Ready", marks: band(rows, axis),
        value: last.map { "\($0.ready) of \($0.members) Ready" } ?? "no member left",
        remark: last.map { Self.word($0.state) } ?? ""),
      LaneChart.Lane(
        name: "Majority", detail: "needed", marks: boxes(rows, axis, \.needed),
        value: last.map { "\($0.needed) needed" } ?? "–"),
      LaneChart.Lane(
        name: "Losses", detail: "tolerated", marks: boxes(rows, axis, \.tolerates),
        value: last.map { $0.tolerates.map { "\($0) tolerated" } ?? "not known" } ?? "–"),
    ]
  }

  private static let legend: [(style: LaneChart.Style, text: String)] = [
    (.healthy, "healthy"), (.atRisk, "at risk: one more loss ends it"), (.lost, "no quorum"),
    (.single, "single member: no redundancy"), (.unknown, "not known"), (.between, "changed somewhere in here"),
    (.assumed, "healthy as last seen"), (.assumedAtRisk, "at risk as last seen"),
    (.assumedLost, "no quorum as last seen"),
    (.assumedUnknown, "as last seen"),
  ]

  /// Nothing to draw of a single member: a sentence says it.
  private var drawn: [[QuorumRow]] {
    Array(places.filter { rows in rows.contains { $0.members > 1 || $0.state == "lost" } }.prefix(Self.most))
  }

  private var figure: ReportFigure? {
    guard let axis = facts.nodeAxis, !drawn.isEmpty else { return nil }
    let lanes = drawn.flatMap { self.lanes($0, axis) }
    let styles = lanes.reduce(into: Set<LaneChart.Style>()) { $0.formUnion($1.styles) }
    return ReportFigure(
      id: "majority", title: "Quorum of the control plane", caption: caption,
      chart: LaneChart(lanes: lanes, from: axis.lowerBound, to: axis.upperBound, times: facts.times),
      legend: Self.legend.filter { styles.contains($0.style) }.map { ($0.style.rawValue, $0.text) })
  }

  /// When it was lost and when one more loss would have ended it; neighbours of one state are one span.
  private var caption: String {
    let isSeveral = places.count > 1
    return places.map { rows in
      let name = isSeveral ? facts.named(rows) + ": " : ""
      let (lost, risks) = (moments(rows, "lost"), moments(rows, "at-risk"))
      var text =
        lost.isEmpty
        ? rows.contains { $0.state == "unknown" }
          ? "The majority was not seen lost." : "The majority was never lost." : "There was no majority \(list(lost))."
      if !risks.isEmpty { text += " One more loss would have ended it \(list(risks))." }
      return name + text
    }.joined(separator: " ")
  }

  private func moments(_ rows: [QuorumRow], _ state: String) -> [String] {
    var spans: [(from: String, to: String)] = []
    for (index, row) in rows.enumerated() where row.state == state {
      let next = index + 1 < rows.count && rows[index + 1].from == row.to ? rows[index + 1] : nil
      let to = row.to.map { "to \(words(next?.notBefore, $0))" } ?? "on"
      if index > 0, rows[index - 1].state == state, rows[index - 1].to == row.from {
        spans[spans.count - 1].to = to
      } else {
        spans.append((row.from.map { words(row.notBefore, $0) } ?? "the beginning", to))
      }
    }
    return spans.map { "from \($0.from) \($0.to)" }
  }

  /// When something changed that was otherwise at `before`, where that is known, and so at `time`.
  private func words(_ before: Int64?, _ time: Int64) -> String {
    guard let before, time - before > Self.blur else { return facts.times.clock(time) }
    return time - before <= 10 * Self.blur
      ? facts.times.clock(time, approximate: true)
      : "between \(facts.times.clock(before)) and \(facts.times.clock(time))"
  }

  private func list(_ spans: [String]) -> String {
    spans.prefix(3).joined(separator: ", ") + (spans.count > 3 ? " and \(spans.count - 3) times more" : "")
  }

  // MARK: The table

  private var table: ReportTable {
    let isSeveral = places.count > 1
    return ReportTable(
      headings: (isSeveral ? ["Control plane"] : []) + [
        "From", "To", "Ready", "Members", "Needed", "Tolerates", "State", "Not Ready",
      ],
      rows: facts.quorum.map { row in
        (isSeveral ? [facts.named([row])] : []) + [
          from(row), row.to.map { facts.times.clock($0) } ?? "still", String(row.ready), String(row.members),
          String(row.needed), row.tolerates.map(String.init) ?? "not known", Self.word(row.state),
          row.notReady.isEmpty ? "–" : row.notReady.joined(separator: ", "),
        ]
      }, numbers: isSeveral ? [3, 4, 5, 6] : [2, 3, 4, 5], free: [isSeveral ? 8 : 7])
  }

  private func from(_ row: QuorumRow) -> String {
    guard let from = row.from else { return "not known" }
    guard let before = row.notBefore, from - before > Self.blur else { return facts.times.clock(from) }
    return "\(facts.times.clock(before)) to \(facts.times.clock(from))"
  }

  private var notes: [String] { facts.quorumNotes.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." } }

  var html: HTML {
    guard !facts.quorum.isEmpty else { return absence(Self.none) }
    var text = Markup(notes.map { absence($0) })
    guard !drawn.isEmpty else { return text }
    if let figure {
      text += figure.html
    } else {
      text += absence("No change of a member carries a time.")
    }
    return text + table.html(below: "Quorum as a table")
  }

  var markdown: Markdown {
    guard !facts.quorum.isEmpty else { return "\(Self.none)\n" }
    var text: Markdown = Markup(notes.map { "\($0)\n\n" })
    guard !drawn.isEmpty else { return text }
    text += "\(caption)\n\n"
    if let axis = facts.nodeAxis { text += gantt(axis) }
    return text + table.markdown
  }

  /// The band as mermaid draws it.
  private func gantt(_ axis: ClosedRange<Int64>) -> Markdown {
    var lines = [
      "gantt", "  title Quorum of the control plane (\(mermaidWord(facts.times.zoneName)))",
      "  dateFormat YYYY-MM-DD HH:mm:ss.SSS", "  axisFormat %H:%M",
    ]
    for rows in drawn {
      lines.append("  section \(mermaidWord(lanes(rows, axis)[0].name))")
      for row in rows {
        guard let (from, _, to) = span(row, axis) else { continue }
        let tag =
          switch row.state {
          case "healthy": "done, "
          case "lost": "crit, "
          case "at-risk": "active, "
          default: ""
          }
        lines.append(
          "  \(mermaidWord("\(row.ready) of \(row.members) \(Self.word(row.state))")) :\(tag)\(facts.times.mermaid(from)), \(max(1, (to - from) / 1000))ms"
        )
      }
    }
    return mermaid(lines)
  }
}

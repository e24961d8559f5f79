/// Readiness of nodes as lanes, with what closed them to new pods and the moment the network of pods came.
struct NodesSection: ReportSection {
  let id = "nodes"
  let title = "Nodes"
  private let facts: ReportFacts
  /// From so many nodes on only those that tell something get a lane.
  private static let many = 40
  private static let most = 20

  /// The changes of each node by its name: to look for them among all would take the square of many.
  private let changes: [String: [TransitionRow]]

  init(_ facts: ReportFacts) {
    self.facts = facts
    changes = Dictionary(grouping: facts.transitions, by: \.node)
  }

  var remark: String? { facts.nodes.isEmpty ? nil : "times in \(facts.times.zoneName)" }

  private static let none =
    "No kubectl get nodes and no watch was read; readiness is not known. kubectl get nodes -w | kubelog ingest"

  private func changes(_ node: NodeRow) -> [TransitionRow] { changes[node.name] ?? [] }

  /// Whether a node did anything but become Ready once.
  private func hasIncident(_ node: NodeRow) -> Bool {
    if node.removed != nil || node.status != "Ready" || node.isSchedulable == false { return true }
    let states = changes(node).map(\.to)
    return states != ["Ready"] && states != ["NotReady", "Ready"] && states != ["Unknown", "NotReady", "Ready"]
  }

  /// Those with a lane: all of few; of many the control plane and the worst.
  private var drawn: [NodeRow] {
    guard facts.orderedNodes.count > Self.many else { return facts.orderedNodes }
    let members = facts.orderedNodes.filter { $0.isControlPlane && $0.removed == nil }.prefix(Self.most)
    let others = facts.orderedNodes.filter { node in hasIncident(node) && !members.contains { $0.name == node.name } }
    let worst = others.enumerated().sorted {
      let (a, b) = (changes($0.element).count, changes($1.element).count)
      return a != b ? a > b : $0.offset < $1.offset
    }.prefix(Self.most).sorted { $0.offset < $1.offset }
    return Array(members) + worst.map(\.element)
  }

  /// Looks this close together are one moment to a reader, microseconds.
  private static let blur: Int64 = 1_000_000

  private func lane(_ node: NodeRow, until end: Int64) -> LaneChart.Lane {
    let dated = changes(node).filter { $0.time != nil }
    let role = node.removed != nil ? "removed" : node.isControlPlane ? "control plane" : ""
    let state = dated.isEmpty ? "no times" : node.removed != nil ? "removed" : node.status
    var marks = states(node, dated)
    // What hides behind a bar at the foot is drawn before it.
    marks = marks.filter { !$0.isLow } + cordons(node, until: end) + marks.filter(\.isLow)
    if node.removed == nil, let seen = node.lastSeen, seen < end, !dated.isEmpty {
      let from = max(seen, dated.last?.time ?? seen)
      let style: LaneChart.Style =
        switch dated.last?.to {
        case "Ready": .assumed
        case "NotReady": .assumedLost
        default: .assumedUnknown
        }
      marks.append(.bar(style, from: from, to: end, hint: "as last seen at \(facts.times.clock(from))"))
    }
    if let removed = node.removed { marks.append(.cross(removed)) }
    return LaneChart.Lane(
      name: node.name, detail: role, marks: marks,
      value: state + (node.isSchedulable == false ? ", cordoned" : ""),
      remark: node.status == "Ready" ? node.timeToReady.map { "after \(humanDuration($0))" } ?? "" : "")
  }

  /// A bar a state, up to where the next was certainly not there yet; between the two a hatch.
  private func states(_ node: NodeRow, _ dated: [TransitionRow]) -> [LaneChart.Mark] {
    var marks: [LaneChart.Mark] = []
    for (index, change) in dated.enumerated() {
      guard let from = change.time else { continue }
      let next = index + 1 < dated.count ? dated[index + 1] : nil
      let to = next?.time ?? node.removed ?? node.lastSeen.map { max($0, from) } ?? from
      let sure = next?.notBefore.map { min(max($0, from), to) } ?? to
      let style: LaneChart.Style =
        switch change.to {
        case "Ready": .ready
        case "NotReady": .notReady
        default: .unknown
        }
      let isClose = to - sure <= Self.blur
      marks.append(
        .bar(
          style, from: from, to: isClose ? to : sure,
          hint: "\(change.to), \(facts.times.clock(from)) to \(facts.times.clock(isClose ? to : sure))"))
      if !isClose {
        marks.append(
          .bar(
            .between, from: sure, to: to,
            hint:
              "\(change.to) until \(facts.times.clock(sure)), \(next?.to ?? "") from \(facts.times.clock(to)), not known between"
          ))
      }
    }
    return marks
  }

  /// Where a node was closed to new pods, and where it may have been.
  private func cordons(_ node: NodeRow, until end: Int64) -> [LaneChart.Mark] {
    facts.cordons.filter { $0.node == node.name }.flatMap { span -> [LaneChart.Mark] in
      guard let from = span.from else { return [] }
      let sure = max(from, span.endNotBefore ?? from)
      var marks: [LaneChart.Mark] = []
      if let before = span.notBefore, from - before > Self.blur {
        marks.append(.bar(.perhapsCordoned, from: before, to: from))
      }
      marks.append(
        .bar(
          .cordoned, from: from, to: sure, hint: "cordoned, \(facts.times.clock(from)) to \(facts.times.clock(sure))"))
      if let to = span.to, to - sure > Self.blur { marks.append(.bar(.perhapsCordoned, from: sure, to: to)) }
      return marks
    }
  }

  private var figure: ReportFigure? {
    let nodes = drawn
    guard !nodes.isEmpty, let axis = facts.nodeAxis else { return nil }
    var moments: [LaneChart.Moment] = []
    for network in facts.networkMoments {
      moments.append(LaneChart.Moment(from: network.from, to: network.to, label: "CNI"))
    }
    let marks = NodeMark.marks(facts, axis)
    moments += marks.map { LaneChart.Moment(from: $0.time, to: $0.time, label: $0.letter, style: $0.style) }
    let lanes = nodes.map { lane($0, until: axis.upperBound) }
    let styles = lanes.reduce(into: Set<LaneChart.Style>()) { $0.formUnion($1.styles) }
    var legend = Self.legend.filter { !$0.styles.isDisjoint(with: styles) }.map { ($0.sample, $0.text) }
    if nodes.contains(where: { $0.removed != nil }) { legend.append(("cross", "removed")) }
    if let moment = moments.first(where: { $0.style == .network }) {
      legend.append(moment.from < moment.to ? ("band", "the CNI came in here") : ("cni", "CNI installed"))
    }
    if marks.contains(where: { $0.style == .stop }) { legend.append(("stop", "something stopped or failed")) }
    if marks.contains(where: { $0.style == .deed }) { legend.append(("deed", "something was done to a node")) }
    return ReportFigure(
      id: "lanes", title: "Readiness of nodes", caption: caption(nodes),
      chart: LaneChart(
        lanes: lanes, moments: moments, from: axis.lowerBound, to: axis.upperBound, times: facts.times),
      legend: legend, letters: marks.map { ($0.letter, facts.times.clock($0.time), $0.text(facts.times)) })
  }

  private static let legend: [(styles: Set<LaneChart.Style>, sample: String, text: String)] = [
    ([.ready], "ready", "Ready"), ([.notReady], "not", "NotReady"), ([.unknown], "unk", "not known"),
    ([.cordoned], "cord", "cordoned"), ([.perhapsCordoned], "cord perhaps", "cordoned or not, between two looks"),
    ([.between], "btw", "changed somewhere in here"),
    ([.assumed, .assumedLost, .assumedUnknown], "assumed", "as last seen, not observed since"),
  ]

  private func caption(_ nodes: [NodeRow]) -> String {
    let losses = facts.transitions.filter { $0.from == "Ready" && $0.to != "Ready" }
    let losers = ReportFacts.distinct(losses.map(\.node))
    var text =
      losses.isEmpty
      ? facts.leftOut["node-transitions"] == nil
        ? "No node was seen to leave Ready." : "In the changes that are told no node left Ready."
      : "Ready was lost \(losses.count == 1 ? "once" : "\(losses.count) times"), on \(losers.prefix(4).joined(separator: ", "))\(losers.count > 4 ? " …" : "")."
    let folded = facts.orderedNodes.count - nodes.count
    if folded > 0 {
      text += " \(folded) more are not drawn: they became Ready and stayed so, or are in the table below."
      let waits = facts.orderedNodes.compactMap(\.timeToReady).sorted()
      if let slowest = waits.last {
        text +=
          " Of all, half were Ready within \(humanDuration(waits[waits.count / 2])), the slowest after \(humanDuration(slowest))."
      }
    }
    text += networkWords
    let closed = ReportFacts.distinct(facts.cordons.map(\.node))
    if !closed.isEmpty {
      text +=
        " Cordoned for a while: \(closed.prefix(4).joined(separator: ", "))\(closed.count > 4 ? " …" : "")."
    }
    if facts.transitions.contains(where: \.isApproximate) {
      text += " A poll sees a change only afterwards: ≈ in the table."
    }
    return text
  }

  private var networkWords: String {
    let moments = facts.networkMoments
    guard let first = moments.first else { return "" }
    if first.from == first.to { return " CNI: the sources tell of it at \(facts.times.clock(first.from))." }
    let bounds = moments.prefix(4).map {
      "between \(facts.times.clock($0.from)) and \(facts.times.clock($0.to)) on \(listed($0.nodes, most: 5))"
    }
    return
      " When the CNI came is not said: by when kubelets missed it last and nodes were Ready, \(bounds.joined(separator: "; "))\(moments.count > 4 ? "; and later on others" : "")."
  }

  private var nodeTable: ReportTable {
    ReportTable(
      headings: ["Node", "Role", "Status", "Version", "First seen", "To Ready", "Last seen"],
      rows: facts.orderedNodes.map { node in
        [
          node.name, node.isControlPlane ? "control plane" : "worker",
          node.removed.map { "removed \(facts.times.clock($0))" } ?? node.status
            + (node.isSchedulable == false ? ", cordoned" : ""),
          node.version ?? "–", facts.times.clock(node.firstSeen, approximate: node.isApproximate),
          node.timeToReady.map(humanDuration) ?? "–", facts.times.clock(node.lastSeen),
        ]
      }, numbers: [5])
  }

  private var changeTable: ReportTable {
    ReportTable(
      headings: ["Node", "Time", "From", "To", "Reason", "Seen by"],
      rows: facts.transitions.map { row in
        [
          row.node, facts.times.clock(row.time, approximate: row.isApproximate), row.from ?? "–", row.to,
          row.reason ?? "–", row.observedBy,
        ]
      }, free: [4])
  }

  private var cordonTable: ReportTable {
    let span = { (before: Int64?, at: Int64?) in
      guard let at else { return "not known" }
      guard let before, at - before > Self.blur else { return facts.times.clock(at) }
      return "\(facts.times.clock(before)) to \(facts.times.clock(at))"
    }
    return ReportTable(
      headings: ["Node", "Cordoned", "Open again", "How it ended", "Seen by"],
      rows: facts.cordons.map { row in
        [
          row.node, (row.notBefore == nil ? "by " : "") + span(row.notBefore, row.from),
          row.to == nil
            ? "not seen; cordoned at \(facts.times.clock(row.endNotBefore))" : span(row.endNotBefore, row.to),
          row.end ?? "–", row.observedBy,
        ]
      })
  }

  var html: HTML {
    guard !facts.nodes.isEmpty else { return absence(Self.none) }
    guard let figure else {
      return absence("No change of a node carries a time.") + nodeTable.html(folding: "Nodes as a table")
    }
    return figure.html + nodeTable.html(below: "Nodes as a table")
      + (facts.transitions.isEmpty ? "" : changeTable.html(below: "Changes as a table"))
      + (facts.cordons.isEmpty ? "" : cordonTable.html(below: "Cordons as a table"))
  }

  var markdown: Markdown {
    guard !facts.nodes.isEmpty else { return "\(Self.none)\n" }
    var text: Markdown = ""
    if let figure {
      let letters: [Markdown] = figure.letters.map { "- **\($0.letter)** \($0.time) \($0.text)\n" }
      text += "\(figure.caption)\n\n" + gantt(figure.chart) + Markup(letters) + (letters.isEmpty ? "" : "\n")
    }
    text += nodeTable.markdown
    if !facts.transitions.isEmpty {
      text += "\n<details><summary>Changes</summary>\n\n" + changeTable.markdown + "\n</details>\n"
    }
    if !facts.cordons.isEmpty {
      text += "\n<details><summary>Cordons</summary>\n\n" + cordonTable.markdown + "\n</details>\n"
    }
    return text
  }

  private func gantt(_ chart: LaneChart) -> Markdown {
    var lines = [
      "gantt", "  title Readiness of nodes (\(mermaidWord(facts.times.zoneName)))",
      "  dateFormat YYYY-MM-DD HH:mm:ss.SSS",
      "  axisFormat %H:%M",
    ]
    for (index, moment) in chart.moments.enumerated() {
      let isLettered = moment.style.isLettered
      if index == 0 || isLettered != chart.moments[index - 1].style.isLettered {
        lines.append("  section \(isLettered ? "Events" : "CNI")")
      }
      lines.append(
        "  \(moment.label) :\(moment.from == moment.to ? "milestone, " : "")\(facts.times.mermaid(moment.from)), \((moment.to - moment.from) / 1000)ms"
      )
    }
    for lane in chart.lanes {
      lines.append("  section \(mermaidWord(lane.name))")
      for case .bar(let style, let from, let to, _, _) in lane.marks.sorted(by: { $0.begin < $1.begin }) {
        let (word, tag) =
          switch style {
          case .ready: ("Ready", "done, ")
          case .notReady: ("NotReady", "crit, ")
          case .cordoned: ("cordoned", "active, ")
          case .perhapsCordoned: ("cordoned or not", "active, ")
          case .between: ("changed in here", "")
          case .assumed, .assumedLost, .assumedUnknown: ("as last seen", "")
          default: ("Unknown", "")
          }
        lines.append("  \(word) :\(tag)\(facts.times.mermaid(from)), \(max(1, (to - from) / 1000))ms")
      }
    }
    return mermaid(lines)
  }
}

/// Readiness of nodes as lanes, with the moment the network of pods came.
struct NodesSection: ReportSection {
  let id = "nodes"
  let title = "Nodes"
  private let facts: ReportFacts
  /// From so many nodes on only those that tell something get a lane.
  private static let many = 40
  private static let most = 20

  init(_ facts: ReportFacts) { self.facts = facts }

  var remark: String? { facts.nodes.isEmpty ? nil : "times in \(facts.times.zoneName)" }

  private static let none =
    "No kubectl get nodes and no watch was read; readiness is not known. kubectl get nodes -w | kubelog ingest"

  private func changes(_ node: NodeRow) -> [TransitionRow] { facts.transitions.filter { $0.node == node.name } }

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

  private func lane(_ node: NodeRow, until end: Int64) -> LaneChart.Lane {
    var marks: [LaneChart.Mark] = []
    let dated = changes(node).filter { $0.time != nil }
    for (index, change) in dated.enumerated() {
      guard let from = change.time else { continue }
      let to =
        index + 1 < dated.count
        ? dated[index + 1].time ?? from : node.removed ?? node.lastSeen.map { max($0, from) } ?? from
      switch change.to {
      case "Ready": marks.append(.bar(.ready, from: from, to: to))
      case "NotReady": marks.append(.bar(.notReady, from: from, to: to))
      default: marks.append(.bar(.unknown, from: from, to: to))
      }
    }
    if node.removed == nil, let seen = node.lastSeen, seen < end, !dated.isEmpty {
      marks.append(
        .bar(dated.last?.to == "Ready" ? .assumed : .assumedLost, from: max(seen, dated.last?.time ?? seen), to: end))
    }
    if let removed = node.removed { marks.append(.cross(removed)) }
    let role = node.removed != nil ? "removed" : node.isControlPlane ? "control plane" : ""
    let state = dated.isEmpty ? "no times" : node.removed != nil ? "removed" : node.status
    return LaneChart.Lane(
      name: node.name, detail: role, marks: marks,
      value: state + (node.isSchedulable == false ? ", cordoned" : ""),
      remark: node.status == "Ready" ? node.timeToReady.map { "Ready after \(humanDuration($0))" } ?? "" : "")
  }

  private var figure: ReportFigure? {
    let nodes = drawn
    let times = facts.transitions.compactMap(\.time)
    guard !nodes.isEmpty, let first = times.min(), let span = facts.span else { return nil }
    // What runs before the nodes are there is the sessions' story, unless it is close by.
    let last = max(span.upperBound, first + 1_000_000)
    let margin = max(1_000_000, (last - first) / 25)
    let joined = facts.sessions.compactMap { $0.installs && $0.outcome == "succeeded" ? $0.started : nil }
    let begin = max((joined + [first]).min() ?? first, first - (last - first) / 2) - margin
    var moments: [LaneChart.Moment] = []
    if let network = facts.networkMoment {
      moments.append(LaneChart.Moment(from: network.from, to: network.to, label: "CNI"))
    }
    let lanes = nodes.map { lane($0, until: last + margin) }
    return ReportFigure(
      id: "lanes", title: "Readiness of nodes",
      caption: caption(nodes),
      chart: LaneChart(lanes: lanes, moments: moments, from: begin, to: last + margin, times: facts.times),
      legend: [
        ("ready", "Ready"), ("not", "NotReady"), ("assumed", "as last seen, not observed since"), ("cross", "removed"),
      ]
      .filter { legend, _ in
        legend == "ready"
          || legend == "not"
            && lanes.contains { $0.marks.contains { if case .bar(.notReady, _, _, _) = $0 { true } else { false } } }
          || legend == "assumed"
            && lanes.contains {
              $0.marks.contains {
                if case .bar(.assumed, _, _, _) = $0 {
                  true
                } else if case .bar(.assumedLost, _, _, _) = $0 {
                  true
                } else {
                  false
                }
              }
            }
          || legend == "cross" && nodes.contains { $0.removed != nil }
      }
        + (moments.isEmpty
          ? [] : moments[0].from < moments[0].to ? [("band", "the CNI came in here")] : [("cni", "CNI installed")]))
  }

  private func caption(_ nodes: [NodeRow]) -> String {
    let losses = facts.transitions.filter { $0.from == "Ready" && $0.to != "Ready" }
    let losers = ReportFacts.distinct(losses.map(\.node))
    var text =
      losses.isEmpty
      ? "No node was seen to leave Ready."
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
    if let network = facts.networkMoment {
      text +=
        network.from == network.to ? " CNI: \(network.words)." : " When the CNI came is not said; \(network.words)."
    }
    if facts.transitions.contains(where: \.isApproximate) {
      text += " A poll sees a change only afterwards: ≈ in the table."
    }
    return text
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

  var html: HTML {
    guard !facts.nodes.isEmpty else { return absence(Self.none) }
    let single: HTML = facts.controlPlane.count == 1 ? absence("One control-plane member: no redundancy.") : ""
    guard let figure else {
      return single + absence("No change of a node carries a time.") + nodeTable.html()
    }
    return single + figure.html + nodeTable.html(below: "Nodes")
      + (facts.transitions.isEmpty ? "" : changeTable.html(below: "Changes"))
  }

  var markdown: Markdown {
    guard !facts.nodes.isEmpty else { return "\(Self.none)\n" }
    var text: Markdown = ""
    if facts.controlPlane.count == 1 { text += "One control-plane member: no redundancy.\n\n" }
    if let figure { text += "\(figure.caption)\n\n" + gantt(figure.chart) }
    text += nodeTable.markdown
    if !facts.transitions.isEmpty {
      text += "\n<details><summary>Changes</summary>\n\n" + changeTable.markdown + "\n</details>\n"
    }
    return text
  }

  private func gantt(_ chart: LaneChart) -> Markdown {
    var lines = [
      "gantt", "  title Readiness of nodes (\(mermaidWord(facts.times.zoneName)))",
      "  dateFormat YYYY-MM-DD HH:mm:ss.SSS",
      "  axisFormat %H:%M",
    ]
    for moment in chart.moments {
      lines.append("  section CNI")
      lines.append(
        "  CNI :\(moment.from == moment.to ? "milestone, " : "")\(facts.times.mermaid(moment.from)), \((moment.to - moment.from) / 1000)ms"
      )
    }
    for lane in chart.lanes {
      lines.append("  section \(mermaidWord(lane.name))")
      for case .bar(let style, let from, let to, _) in lane.marks {
        let (word, tag) =
          switch style {
          case .ready: ("Ready", "done, ")
          case .notReady: ("NotReady", "crit, ")
          case .assumed, .assumedLost: ("as last seen", "")
          default: ("Unknown", "")
          }
        lines.append("  \(word) :\(tag)\(facts.times.mermaid(from)), \(max(1, (to - from) / 1000))ms")
      }
    }
    return mermaid(lines)
  }
}

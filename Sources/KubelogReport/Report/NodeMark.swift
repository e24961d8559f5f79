/// Something that was done to nodes or that stopped on them, at a moment that a source gives: a letter in the chart and
/// its words below.
struct NodeMark {
  var time: Int64
  var letter = ""
  var style: LaneChart.Moment.Style
  private var node: String?
  private var events: [EventRow]

  /// The kinds that get a mark. What came up again is seen in the lanes.
  private static let deeds: Set<String> = ["node.cordoned", "node.uncordoned", "node.drained", "node.removed"]
  private static let stops: Set<String> = ["systemd.unit.stopping", "systemd.unit.failed"]
  /// What happens to a node within this time is one mark, microseconds; several sources may tell of it.
  private static let blur: Int64 = 2_000_000
  private static let most = 26

  /// Those within `axis`, by time; of too many only what stopped, and of that the first.
  static func marks(_ facts: ReportFacts, _ axis: ClosedRange<Int64>) -> [NodeMark] {
    var marks: [NodeMark] = []
    // By node and style the last mark, and by node when runs of kubeadm were: to look among all would take the square of many.
    var last: [[String?]: Int] = [:]
    let runs = Dictionary(grouping: facts.sessions.filter { $0.started != nil && $0.ended != nil }, by: \.node)
    for event in facts.happenings
    where !event.isApproximate && (deeds.contains(event.kind) || stops.contains(event.kind)) {
      guard let time = event.time, axis.contains(time) else { continue }
      // kubeadm stops the kubelet itself.
      let isOfRun = (runs[event.node] ?? []).contains { session in
        guard let began = session.started, let ended = session.ended else { return false }
        return began - blur <= time && time <= ended + blur
      }
      if stops.contains(event.kind), isOfRun { continue }
      let style: LaneChart.Moment.Style = stops.contains(event.kind) ? .stop : .deed
      let key = [event.node, style.rawValue]
      if let index = last[key], time - marks[index].time <= blur {
        let isKnown = marks[index].events.contains {
          $0.kind == event.kind && (style == .deed || $0.message == event.message)
        }
        if !isKnown { marks[index].events.append(event) }
      } else {
        last[key] = marks.count
        marks.append(NodeMark(time: time, style: style, node: event.node, events: [event]))
      }
    }
    if marks.count > most { marks = Array(marks.filter { $0.style == .stop }.prefix(most)) }
    for index in marks.indices { marks[index].letter = String(UnicodeScalar(UInt8(0x41 + index))) }
    return marks
  }

  /// What happened, and how often.
  func text(_ times: ReportTimes) -> String {
    let words = events.map { event in
      guard event.count > 1, let last = event.last else { return event.message }
      return "\(event.message), \(event.count) times until \(times.clock(last))"
    }.joined(separator: "; ")
    guard let node, !words.hasPrefix(node + " ") else { return words }
    return "\(node): \(words)"
  }
}

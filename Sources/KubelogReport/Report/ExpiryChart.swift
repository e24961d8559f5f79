/// Bars of things that expire, from issue to end, with the present marked.
struct ExpiryChart {
  /// One bar and what stands beside it.
  struct Lane {
    var name: String
    var detail: String
    var secret: SecretRow
  }

  let lanes: [Lane]
  let times: ReportTimes

  /// Ends whose bounds are closer than this are one moment to a reader, microseconds.
  private static let blur: Int64 = 10_000_000

  /// The chart; nil where nothing has a time but the present.
  func figure(id: String, title: String, caption: String) -> ReportFigure? {
    let secrets = lanes.map(\.secret)
    let known = secrets.flatMap { [$0.created, $0.expires, $0.latest] }.compactMap { $0 } + [times.now]
    guard let first = known.min(), let last = known.max(), last > first else { return nil }
    let margin = max(60_000_000, (last - first) / 30)
    let axis = first - margin...last + margin
    let drawn = lanes.map { lane in
      LaneChart.Lane(
        name: lane.name, detail: lane.detail, marks: marks(lane.secret, axis: axis),
        value: lane.secret.state == "never"
          ? "never" : times.clock(lane.secret.expires, approximate: lane.secret.isApproximate),
        remark: left(lane.secret))
    }
    return ReportFigure(
      id: id, title: title, caption: caption,
      chart: LaneChart(
        lanes: drawn,
        moments: [
          LaneChart.Moment(
            from: times.now, to: times.now, label: "now \(times.clock(times.now).prefix { $0 != "," }.dropLast(3))",
            style: .now)
        ], from: axis.lowerBound, to: axis.upperBound, times: times), legend: legend(drawn.flatMap(\.marks), axis))
  }

  private func marks(_ secret: SecretRow, axis: ClosedRange<Int64>) -> [LaneChart.Mark] {
    let begin = max(secret.created ?? times.now, axis.lowerBound)
    if secret.state == "never" {
      return [.bar(.never, from: begin, to: axis.upperBound - (axis.upperBound - axis.lowerBound) / 40)]
    }
    guard let expires = secret.expires else { return [.open(from: begin)] }
    if secret.state == "expired" || !secret.isOpen {
      return [.bar(.bounds, from: min(begin, expires), to: expires), .cross(expires)]
    }
    // Solid is what is certain, hatched what the clock leaves open.
    let certain = min(secret.earliest ?? expires, expires)
    var marks: [LaneChart.Mark] = []
    if certain > begin {
      marks.append(.bar(secret.state == "unknown" ? .perhaps : .valid, from: begin, to: certain))
    }
    if let latest = secret.latest, latest > certain, latest - certain > Self.blur {
      marks.append(.bar(.bounds, from: max(begin, certain), to: latest))
    } else if secret.latest == nil && secret.earliest != nil {
      marks.append(.open(from: max(begin, certain)))
    }
    marks.append(secret.basis == "printed" ? .end(expires) : .ring(expires))
    return marks
  }

  private func legend(_ marks: [LaneChart.Mark], _ axis: ClosedRange<Int64>) -> [(String, String)] {
    var legend: [(String, String)] = []
    func add(_ style: String, _ text: String, _ isThere: (LaneChart.Mark) -> Bool) {
      if marks.contains(where: isThere) { legend.append((style, text)) }
    }
    add("end", "printed by a source") { if case .end = $0 { true } else { false } }
    add("ring", "computed from the lifetime") { if case .ring = $0 { true } else { false } }
    let least = max(Self.blur, (axis.upperBound - axis.lowerBound) / 300)
    let isLoose = lanes.contains { lane in
      lane.secret.isOpen && (lane.secret.latest ?? 0) - (lane.secret.earliest ?? 0) > least
    }
    if isLoose { legend.append(("bounds", "ends somewhere in here")) }
    add("perhaps", "not known whether it works") { if case .bar(.perhaps, _, _, _, _) = $0 { true } else { false } }
    add("never", "never expires") { if case .bar(.never, _, _, _, _) = $0 { true } else { false } }
    add("open", "not known") { if case .open = $0 { true } else { false } }
    add("cross", "expired") { if case .cross = $0 { true } else { false } }
    return legend
  }

  /// How much of its life is left, in words.
  func left(_ secret: SecretRow) -> String {
    switch secret.state {
    case "valid", "expiring":
      secret.remaining.map { (secret.isApproximate ? "≈\u{A0}" : "") + humanDuration($0) + " left" } ?? secret.state
    case "expired": secret.remaining.map { "expired \(humanDuration($0.magnitude)) ago" } ?? "expired"
    case "never": "never expires"
    case "unknown": "not known"
    default: secret.state
    }
  }

  /// When it ends; between its bounds where they are further apart than seconds.
  func ends(_ secret: SecretRow) -> String {
    if secret.state == "never" { return "never" }
    if let earliest = secret.earliest, let latest = secret.latest, latest - earliest > Self.blur {
      return "\(times.clock(earliest)) to \(times.clock(latest))"
    }
    return times.clock(secret.expires, approximate: secret.isApproximate)
  }
}

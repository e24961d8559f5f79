/// Tokens and certificate keys from issue to expiry, with the present marked.
struct ExpirySection: ReportSection {
  let id = "expiry"
  let title = "What expires, and when"
  private let facts: ReportFacts
  /// More are counted and in the table.
  private static let most = 12

  init(_ facts: ReportFacts) { self.facts = facts }

  var remark: String? { secrets.isEmpty ? nil : "times in \(facts.times.zoneName)" }

  private static let none = "No token and no certificate key was seen in the sources."

  private var secrets: [SecretRow] { facts.secrets.filter { $0.kind != "certificate" } }

  /// Those worth a bar: all of few, of many those that may still open something.
  private var drawn: [SecretRow] {
    let kept = secrets.count > Self.most ? secrets.filter(\.isOpen) : secrets
    return Array(kept.prefix(Self.most))
  }

  private func left(_ secret: SecretRow) -> String {
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
  private func ends(_ secret: SecretRow) -> String {
    if secret.state == "never" { return "never" }
    if let earliest = secret.earliest, let latest = secret.latest, latest - earliest > 10_000_000 {
      return "\(facts.times.clock(earliest)) to \(facts.times.clock(latest))"
    }
    return facts.times.clock(secret.expires, approximate: secret.isApproximate)
  }

  private func marks(_ secret: SecretRow, axis: ClosedRange<Int64>) -> [LaneChart.Mark] {
    let begin = max(secret.created ?? facts.now, axis.lowerBound)
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
    if secret.state != "unknown", certain > begin { marks.append(.bar(.valid, from: begin, to: certain)) }
    if let latest = secret.latest, latest > certain, latest - certain > 10_000_000 {
      marks.append(.bar(.bounds, from: max(begin, certain), to: latest))
    } else if secret.latest == nil && secret.earliest != nil || secret.state == "unknown" {
      marks.append(.open(from: max(begin, certain)))
    }
    marks.append(secret.basis == "printed" ? .end(expires) : .ring(expires))
    return marks
  }

  private var figure: ReportFigure? {
    let secrets = drawn
    guard !secrets.isEmpty else { return nil }
    let known = secrets.flatMap { [$0.created, $0.expires, $0.latest] }.compactMap { $0 } + [facts.now]
    guard let first = known.min(), let last = known.max(), last > first else { return nil }
    let margin = max(60_000_000, (last - first) / 30)
    let axis = first - margin...last + margin
    let lanes = secrets.map { secret in
      LaneChart.Lane(
        name: secret.kind == "certificate-key" ? "certificate key" : secret.id,
        detail: secret.kind == "certificate-key" ? secret.id : "token", marks: marks(secret, axis: axis),
        value: secret.state == "never"
          ? "never"
          : secret.expires.map { (secret.isApproximate ? "≈\u{A0}" : "") + facts.times.clock($0) } ?? "not known",
        remark: left(secret))
    }
    let all = lanes.flatMap(\.marks)
    var legend: [(String, String)] = []
    func add(_ style: String, _ text: String, _ isThere: (LaneChart.Mark) -> Bool) {
      if all.contains(where: isThere) { legend.append((style, text)) }
    }
    add("end", "printed by a source") { if case .end = $0 { true } else { false } }
    add("ring", "computed from the lifetime") { if case .ring = $0 { true } else { false } }
    if secrets.contains(where: { $0.isOpen && ($0.latest ?? 0) - ($0.earliest ?? 0) > 10_000_000 }) {
      legend.append(("bounds", "ends somewhere in here"))
    }
    add("never", "never expires") { if case .bar(.never, _, _, _) = $0 { true } else { false } }
    add("open", "not known") { if case .open = $0 { true } else { false } }
    add("cross", "expired") { if case .cross = $0 { true } else { false } }
    let folded = self.secrets.count - secrets.count
    return ReportFigure(
      id: "expires", title: "Tokens and certificate keys: issue and expiry",
      caption: "Tokens and certificate keys, from issue to expiry."
        + (folded > 0 ? " \(folded) more are in the table." : ""),
      chart: LaneChart(
        lanes: lanes,
        moments: [
          LaneChart.Moment(
            from: facts.now, to: facts.now,
            label: "now \(facts.times.clock(facts.now).prefix { $0 != "," }.dropLast(3))",
            isNow: true)
        ], from: axis.lowerBound, to: axis.upperBound, times: facts.times), legend: legend)
  }

  private var table: ReportTable {
    ReportTable(
      headings: ["What", "Seen or made", "Ends", "State", "Left", "From"],
      rows: secrets.map { secret in
        [
          // Sixteen dots whatever is hidden: the public half of a token, of a key only the keyed digest.
          secret.kind == "bootstrap-token" ? "\(secret.id).••••••••••••••••" : "certificate key \(secret.id)",
          facts.times.clock(secret.created, approximate: secret.isApproximate), ends(secret), secret.state,
          left(secret),
          basis(secret),
        ]
      }, codes: [0])
  }

  private func basis(_ secret: SecretRow) -> String {
    switch secret.basis {
    case "printed": "printed"
    case "flag": "lifetime on the command line"
    case "default-ttl": "kubeadm's default lifetime"
    case "derived": "computed"
    default: "not known"
    }
  }

  var html: HTML {
    guard !secrets.isEmpty else { return absence(Self.none) }
    guard let figure else { return table.html() }
    return figure.html + table.html(below: "Tokens and keys")
  }

  var markdown: Markdown { secrets.isEmpty ? "\(Self.none)\n" : table.markdown }
}

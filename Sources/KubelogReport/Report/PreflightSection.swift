/// What kubeadm's preflight checks found.
struct PreflightSection: ReportSection {
  let id = "preflight"
  let title = "Preflight findings"
  private let facts: ReportFacts

  init(_ facts: ReportFacts) { self.facts = facts }

  var remark: String? {
    guard !facts.preflight.isEmpty else { return nil }
    let errors = facts.preflight.filter { $0.severity == "error" }.count
    let last = facts.leftOut["preflight-findings"] == nil ? "" : "of the last \(facts.preflight.count): "
    return
      "\(last)\(errors) \(errors == 1 ? "error" : "errors"), \(facts.preflight.count - errors) \(facts.preflight.count - errors == 1 ? "warning" : "warnings")"
  }

  private var none: String {
    if facts.sessions.isEmpty { return "No session was read." }
    return facts.leftOut["sessions"] == nil
      ? "Preflight was silent in all sessions that were read (\(facts.sessions.count))."
      : "Preflight was silent in the last \(facts.sessions.count) sessions."
  }

  /// The same finding of several sessions is one row; errors first.
  private var table: ReportTable {
    var keys: [String] = []
    var groups: [String: [PreflightRow]] = [:]
    for row in facts.preflight {
      let key = "\(row.severity)\u{0}\(row.check)\u{0}\(row.message)"
      if groups[key] == nil { keys.append(key) }
      groups[key, default: []].append(row)
    }
    let ordered =
      keys.filter { groups[$0]?.first?.severity == "error" } + keys.filter { groups[$0]?.first?.severity != "error" }
    return ReportTable(
      headings: ["Check", "Severity", "What it said", "Where"],
      rows: ordered.compactMap { key in
        guard let group = groups[key], let first = group.first else { return nil }
        let places = ReportFacts.distinct(group.map { row in row.command.map { "\(row.node ?? "unnamed") \($0)" } })
        return [
          first.check, first.severity, shortened(first.message),
          places.prefix(4).joined(separator: ", ") + (places.count > 4 ? " and \(places.count - 4) more" : ""),
        ]
      }, codes: [0], free: [2, 3])
  }

  var html: HTML { facts.preflight.isEmpty ? absence(none) : table.html(folding: "All findings") }

  var markdown: Markdown { facts.preflight.isEmpty ? "\(none)\n" : table.markdown }
}

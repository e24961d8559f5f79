/// Certificates with their ends, as bars and as a table.
struct CertificatesSection: ReportSection {
  let id = "certificates"
  let title = "Certificates"
  private let facts: ReportFacts

  init(_ facts: ReportFacts) { self.facts = facts }

  private static let none =
    "No certificate was seen. Run kubeadm certs check-expiration on each control-plane node and read it in."

  private var certificates: [SecretRow] { facts.secrets.filter { $0.kind == "certificate" } }

  var remark: String? {
    guard !certificates.isEmpty else { return nil }
    let printed = certificates.filter { $0.basis == "printed" }.count
    return printed == certificates.count
      ? "as listed by kubeadm"
      : printed == 0 ? "computed from their issue" : "\(printed) of \(certificates.count) as listed"
  }

  /// The most bars; more say nothing that the table does not.
  private static let most = 8

  /// Certificates that end on one day are one bar: leaves and authorities apart, those that end first above.
  private var figure: ReportFigure? {
    var keys: [String] = []
    var groups: [String: [SecretRow]] = [:]
    for row in certificates.sorted(by: { ($0.expires ?? .max) < ($1.expires ?? .max) }) {
      let key = "\(row.isAuthority) \(row.state) \(row.basis) \(row.expires.map(facts.times.date) ?? "")"
      if groups[key] == nil { keys.append(key) }
      groups[key, default: []].append(row)
    }
    let all = keys.compactMap { groups[$0] }
    let bars = all.filter { !$0[0].isAuthority } + all.filter { $0[0].isAuthority }
    let lanes = bars.prefix(Self.most).map { group in
      let names = ReportFacts.distinct(group.map { $0.name ?? $0.id })
      let nodes = ReportFacts.distinct(group.map(\.node))
      let kind = group[0].isAuthority ? "authorities" : "certificates"
      return ExpiryChart.Lane(
        name: names.count == 1 ? names[0] : "\(names.count) \(kind)",
        detail: nodes.isEmpty ? "" : nodes.count == 1 ? nodes[0] : "\(nodes.count) nodes", secret: group[0])
    }
    let folded = bars.count - lanes.count
    return ExpiryChart(lanes: Array(lanes), times: facts.times).figure(
      id: "validity", title: "Certificates: issue and expiry",
      caption: "Certificates, from issue to expiry; those that end on one day share a bar."
        + (folded > 0 ? " \(folded) more days are in the table." : ""))
  }

  /// Certificates of one name and state are one row: its nodes, and the first end among them.
  private var table: ReportTable {
    var names: [String] = []
    var groups: [String: [SecretRow]] = [:]
    for row in certificates {
      let key = "\(row.name ?? row.id)\u{0}\(row.state)"
      if groups[key] == nil { names.append(key) }
      groups[key, default: []].append(row)
    }
    return ReportTable(
      headings: ["Certificate", "Nodes", "Ends first", "Left", "State"],
      rows: names.compactMap { key in
        guard let group = groups[key], let first = group.min(by: { ($0.expires ?? .max) < ($1.expires ?? .max) }) else {
          return nil
        }
        let nodes = ReportFacts.distinct(group.map(\.node))
        return [
          (first.name ?? first.id) + (first.isAuthority ? " (CA)" : ""),
          nodes.isEmpty
            ? "not known"
            : nodes.prefix(6).joined(separator: ", ") + (nodes.count > 6 ? " and \(nodes.count - 6) more" : ""),
          facts.times.clock(first.expires, approximate: first.isApproximate),
          first.remaining.map { $0 < 0 ? "–" : humanDuration($0) } ?? "–", first.state,
        ]
      }, numbers: [3], free: [1])
  }

  var html: HTML {
    guard !certificates.isEmpty else { return absence(Self.none) }
    guard let figure else { return table.html(folding: "Certificates as a table") }
    return figure.html + table.html(below: "Certificates as a table")
  }

  var markdown: Markdown { certificates.isEmpty ? "\(Self.none)\n" : table.markdown }
}

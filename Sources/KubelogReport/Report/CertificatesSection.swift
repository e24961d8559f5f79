/// Certificates with their ends.
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

  var html: HTML { certificates.isEmpty ? absence(Self.none) : table.html() }

  var markdown: Markdown { certificates.isEmpty ? "\(Self.none)\n" : table.markdown }
}

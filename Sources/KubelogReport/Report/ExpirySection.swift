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

  private var chart: ExpiryChart {
    ExpiryChart(
      lanes: drawn.map { secret in
        let isKey = secret.kind == "certificate-key"
        return ExpiryChart.Lane(
          name: isKey ? "certificate key" : secret.id, detail: isKey ? secret.id : "token", secret: secret)
      }, times: facts.times)
  }

  private var figure: ReportFigure? {
    let folded = secrets.count - drawn.count
    guard !drawn.isEmpty else { return nil }
    return chart.figure(
      id: "expires", title: "Tokens and certificate keys: issue and expiry",
      caption: "Tokens and certificate keys, from issue to expiry."
        + (folded > 0 ? " \(folded) more are in the table." : ""))
  }

  private var table: ReportTable {
    let chart = chart
    return ReportTable(
      headings: ["What", "Seen or made", "Ends", "State", "Left", "From"],
      rows: secrets.map { secret in
        [
          // Sixteen dots whatever is hidden: the public half of a token, of a key only the keyed digest.
          secret.kind == "bootstrap-token" ? "\(secret.id).••••••••••••••••" : "certificate key \(secret.id)",
          facts.times.clock(secret.created, approximate: secret.isApproximate), chart.ends(secret), secret.state,
          chart.left(secret),
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
    return figure.html + table.html(below: "Tokens and keys as a table")
  }

  var markdown: Markdown { secrets.isEmpty ? "\(Self.none)\n" : table.markdown }
}

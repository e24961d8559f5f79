/// Why a secret has the expiry and the state that `secrets` prints: the evidence, place by place, and what would make it
/// surer.
public struct SecretExplanation: Sendable, Equatable {
  /// Its row of the answer `secrets`, alone in its table.
  public var secret: ResultTable
  /// The places that tell of it, and of the tokens that its expiry was found by, in the order of time; `decides` marks
  /// those that the expiry rests on.
  public var evidence: ResultTable
  /// What it all comes to: sentences.
  public var conclusions: [String]
  /// What would make the expiry surer: sentences, each with a command; empty where nothing could.
  public var advice: [String]

  /// All of it for people.
  ///
  /// `presentation` is for tables, whatever form it names.
  public func text(_ presentation: Presentation) -> String {
    var presentation = presentation
    presentation.format = .table
    let renderer = Renderer(presentation)
    var text = renderer.render(secret) + "\n"
    for sentence in conclusions { text += "- \(visible(sentence))\n" }
    if !evidence.rows.isEmpty { text += "\n" + renderer.render(evidence) }
    if !advice.isEmpty {
      text += "\nWhat would make it surer:\n"
      for sentence in advice { text += "- \(visible(sentence))\n" }
    }
    return text
  }

  /// All of it as one JSON object: `secret` and `evidence` as the listings print their rows, `conclusions` and `surer` as
  /// arrays of sentences.
  public var json: String {
    """
    {"secret":\(secret.jsonPart(single: true)),"evidence":\(evidence.jsonPart(single: false)),\
    "conclusions":\(jsonText(conclusions)),"surer":\(jsonText(advice))}

    """
  }
}

extension Kubelog {
  /// The evidence for the expiry of the secret called `id`, as `secrets` prints ids; nil where there is none of that id.
  ///
  /// Throws ``QueryError``.
  public func explain(secret id: String) throws(QueryError) -> SecretExplanation? {
    var table = ResultTable(columns: [])
    try each("secrets") { head, row in
      table.columns = head.columns
      if table.rows.isEmpty, head.text("id", row) == id { table.rows.append(row) }
    }
    guard let row = table.rows.first else { return nil }
    var ids = [id]
    // The token that is the key's clock, and the one whose end dates the session.
    for name in ["_proxy", "_dated_by", "superseded_by"] {
      if let other = table.text(name, row), !other.contains(" ") { ids.append(other) }
    }
    var evidence = try answer("secret-evidence", ["ids": .text(jsonText(ids))])
    let facts = SecretFacts(table, row)
    // A printed end needs no beginning.
    let deciding = [table.text("_listing", row), table.text("_birth", row)].compactMap { $0 }
    let isPrinted = table.text("expires_basis", row) == "printed"
    let helpers = ["_proxy", "_dated_by"].compactMap { table.text($0, row) }
    let isDeciding = evidence.rows.map { place in
      let isListing = evidence.text("what", place) == "listed"
      guard evidence.text("id", place) == id else {
        return isListing && helpers.contains(evidence.text("id", place) ?? "")
      }
      return isListing == isPrinted && deciding.contains(evidence.text("event", place) ?? "")
    }
    if let value = table.columns.firstIndex(where: { $0.name == "value" }) { table.columns[value].title = nil }
    evidence.columns.append(Column(name: "decides", type: .boolean, title: "DECIDES"))
    for (index, decides) in isDeciding.enumerated() { evidence.rows[index].append(.integer(decides ? 1 : 0)) }
    return SecretExplanation(
      secret: table, evidence: evidence, conclusions: facts.conclusions(localZone),
      advice: facts.advice(paths: evidence.paths))
  }
}

extension ResultTable {
  /// The inputs that its rows name, each once.
  fileprivate var paths: [String] {
    var seen: Set<String> = []
    return rows.compactMap { text("path", $0) }.filter { $0 != "-" && seen.insert($0).inserted }
  }
}

/// A row of `secrets` as sentences.
private struct SecretFacts {
  private let kind, id, state, basis, source: String
  private let isGone: Bool
  private let doubt, proxy, datedBy, supersededBy: String?
  private let ends, earliest, latest: Int64?
  private let name: String

  init(_ table: ResultTable, _ row: [Value]) {
    func text(_ column: String) -> String? { table.text(column, row) }
    func time(_ column: String) -> Int64? { table.number(column, row).map { Int64($0) } }
    (kind, id, state) = (text("kind") ?? "", text("id") ?? "", text("state") ?? "unknown")
    (basis, source) = (text("expires_basis") ?? "none", text("time_source") ?? "none")
    (doubt, proxy, datedBy, supersededBy) = (text("_doubt"), text("_proxy"), text("_dated_by"), text("superseded_by"))
    isGone = table.number("_is_gone", row) == 1
    (ends, earliest, latest) = (time("expires_at"), time("expires_earliest"), time("expires_latest"))
    name =
      switch kind {
      case "bootstrap-token": "the token"
      case "certificate-key": "the key"
      default: "the certificate"
      }
  }

  private var isExact: Bool { earliest != nil && earliest == latest }

  func conclusions(_ zone: LocalZone) -> [String] {
    var text = [ending(zone)]
    switch basis {
    case "printed" where proxy != nil:
      text.append("that is when \(proxyName) ends, with which kubeadm lets the Secret kubeadm-certs go")
    case "printed": text.append("that is what a listing prints")
    case "flag": text.append("it counts from where \(name) was made, for as long as the command that made it said")
    case "default-ttl":
      text.append(
        kind == "certificate-key"
          ? "it counts from the upload, two hours as kubeadm always does"
          : "it counts from where \(name) was made, 24 hours as kubeadm does unless it is told otherwise")
    case "derived": text.append("it counts from the issue, which is as long as kubeadm makes certificates for")
    default: break
    }
    if let datedBy { text.append("the printed end of token \(datedBy), made in the same session, tells when that was") }
    if source == "file" { text.append("the only clock is the input's time of modification, which is an upper bound") }
    if let why { text.append(why) }
    if isGone { text.append("a join with it was refused, since the Secret kubeadm-certs was gone") }
    if state == "superseded" {
      text.append(
        "a later upload-certs overwrote the Secret, so that \(name) opens nothing any more"
          + (supersededBy.map { ": the key now is \($0)" } ?? ""))
    }
    return text
  }

  private var proxyName: String {
    guard let proxy else { return "" }
    return proxy.contains(" ") ? "one of \(proxy) that fit" : "token \(proxy)"
  }

  private func ending(_ zone: LocalZone) -> String {
    func show(_ moment: Int64) -> String { "\(localTime(moment, zone)) \(zone.offset(moment).name)" }
    guard let ends else {
      return state == "never" ? "\(name) does not expire" : "when \(name) expires is not known"
    }
    if isExact { return "\(name) expires at \(show(ends))" }
    switch (earliest, latest) {
    case (let earliest?, let latest?):
      return "\(name) expires about \(show(ends)), between \(show(earliest)) and \(show(latest))"
    case (let earliest?, nil): return "\(name) expires about \(show(ends)), not before \(show(earliest))"
    case (nil, let latest?): return "\(name) expires by \(show(latest)) at the latest"
    case (nil, nil): return "\(name) expires about \(show(ends)), and nothing tells how far off that is"
    }
  }

  private var why: String? {
    switch doubt {
    case "dry-run": "it stands in a dry run only: there it was made for no cluster"
    case "generated": "it was only generated: no cluster knows it before it is given to a command"
    case "origin": "where \(name) was made was not read, nor a listing of it"
    case "order": "another upload-certs was read, and the clocks do not tell which of the two was the later"
    case "rotation": "the kubelet renews it itself before its end, and what it renewed it to was not read"
    case "clock" where ends == nil: "what was read has no clock that tells when \(name) was made"
    case "clock": "the clocks that were read do not decide whether that has passed"
    default: nil
    }
  }

  /// What to run or read for a surer answer.
  func advice(paths: [String]) -> [String] {
    if isExact || state == "never" || state == "deleted" || doubt == "dry-run" || doubt == "generated" { return [] }
    let input = paths.first.map { $0.contains(" ") ? "'\($0)'" : $0 } ?? "FILE"
    var text: [String] = []
    switch kind {
    case "certificate":
      text.append("what its node prints is exact: kubeadm certs check-expiration | kubelog ingest --node NODE")
    case "certificate-key":
      text.append("while it lives, the listing of tokens has its exact end: kubeadm token list | kubelog ingest")
    default: text.append("as long as it exists, its listing has the exact end: kubeadm token list | kubelog ingest")
    }
    switch source {
    case "file", "none":
      text.append("if you know when the session began, say so: kubelog ingest \(input) --at TIME")
      text.append("the next time let kubelog read along: kubeadm … 2>&1 | kubelog ingest")
    case "given":
      text.append(
        "the closer --at is to the second the session began, the closer the end: kubelog ingest \(input) --at TIME")
    case "klog":
      text.append(
        "its stamps name no zone or year; if they are not this machine's: kubelog ingest \(input) --time-zone ZONE --year N"
      )
    default: break
    }
    return text
  }
}

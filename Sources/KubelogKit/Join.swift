/// The join command that works now, or what is missing for one.
public struct JoinAnswer: Sendable, Equatable {
  /// What the new node is to be.
  public enum Role: String, Sendable, CaseIterable { case worker, controlPlane = "control-plane" }

  /// What the new node is to be.
  public var role: Role
  /// The whole command with its secrets; nil when parts were never seen, or cannot be opened.
  public var command: String?
  /// Whether it is known to work now, and its secrets can be had.
  public var isValid: Bool
  /// When it stops working, microseconds since 1970 UTC.
  public var expiresAt: Int64?
  /// Seconds until then.
  public var remaining: Double?
  /// What ends it first: `bootstrap-token` or `certificate-key`.
  public var limitedBy: String?
  /// One sentence about the seal key's file, where others may read it.
  public var warning: String?
  /// Why it is not known to work, or cannot be given: a sentence.
  public var reason: String?
  /// The commands that make a new one, to be run on a control-plane node.
  public var renew: [String]
}

extension Kubelog {
  /// The join command for a role from the newest endpoint, CA hash, token and key. Throws ``QueryError``.
  public func join(_ role: JoinAnswer.Role) throws(QueryError) -> JoinAnswer {
    var table = try answer("secrets", ["reveal": .integer(1)])
    let revealing = try reveal(&table)
    let newest = { [table] (kind: String) -> [Value]? in
      let rows = table.rows.filter {
        // A token that nobody may use for anything is the clock of an upload.
        table.text("kind", $0) == kind && table.text("usages", $0) != "[]"
          && (kind != "bootstrap-token" || table.text("endpoint", $0) != nil)
      }
      let rank = { (row: [Value]) -> (Int, Double) in
        let works = ["valid", "expiring", "never"].contains(table.text("state", row))
        let state = works ? 2 : table.text("state", row) == "unknown" ? 1 : 0
        return (state, table.number("created_at", row) ?? -1)
      }
      return rows.max { rank($0) < rank($1) }
    }
    let needed = role == .worker ? ["bootstrap-token"] : ["bootstrap-token", "certificate-key"]
    let renewals = [
      "bootstrap-token": "kubeadm token create --print-join-command",
      "certificate-key": "kubeadm init phase upload-certs --upload-certs",
    ]
    var answer = JoinAnswer(
      role: role, command: nil, isValid: true, warning: revealing.warning, renew: needed.reversed().compactMap { renewals[$0] })
    var parts: [String: [Value]] = [:]
    for kind in needed {
      let name = kind == "bootstrap-token" ? "token" : "certificate key"
      guard let row = newest(kind) else {
        if answer.isValid { answer.limitedBy = kind }
        answer.isValid = false
        answer.reason = answer.reason ?? "no \(name) was seen"
        continue
      }
      parts[kind] = row
      let state = table.text("state", row) ?? "unknown"
      if !["valid", "expiring", "never"].contains(state) {
        if answer.isValid { answer.limitedBy = kind }
        answer.isValid = false
        answer.reason =
          answer.reason
          ?? (state == "unknown"
            ? "whether \(name) \(table.text("id", row) ?? "") still works is not known"
            : "\(name) \(table.text("id", row) ?? "") is \(state)")
      }
      if let end = table.number("expires_at", row), end < Double(answer.expiresAt ?? .max) {
        answer.expiresAt = Int64(end)
        answer.remaining = table.number("remaining_s", row)
        if answer.isValid { answer.limitedBy = kind }
      }
    }
    guard let token = parts["bootstrap-token"], let endpoint = table.text("endpoint", token),
      role == .worker || parts["certificate-key"] != nil
    else { return answer }
    // What works is of no use where its value cannot be had.
    if let closed = needed.first(where: { parts[$0].flatMap { table.text("value", $0) } == nil }) {
      let id = parts[closed].flatMap { table.text("id", $0) } ?? closed
      if answer.isValid {
        answer.reason =
          revealing.problem?.sentence ?? "the value of \(id) was not kept: ingest its source again without --no-secrets"
      }
      answer.isValid = false
      return answer
    }
    let value = table.text("value", token) ?? ""
    let hashes = (table.text("ca_cert_hashes", token) ?? "[]").split(separator: "\"").filter { $0.hasPrefix("sha256:") }
    var command = "kubeadm join \(endpoint) --token \(value)"
    for hash in hashes { command += " --discovery-token-ca-cert-hash \(hash)" }
    if let key = parts["certificate-key"].flatMap({ table.text("value", $0) }) {
      command += " --control-plane --certificate-key \(key)"
    }
    answer.command = command
    return answer
  }
}

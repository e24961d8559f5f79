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
  /// Whether that is not known to within seconds.
  public var isApproximate = false
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

/// Which of several clusters is meant.
public enum JoinChoice: Error, Sendable, Equatable {
  /// Nothing was read of the cluster, or of a node of that name.
  case unknown(String, known: [String])
  /// The store knows several.
  case ambiguous([String])

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .unknown(let name, let known):
      "no join command of '\(name)' was read: "
        + (known.isEmpty
          ? "ingest what kubeadm printed there" : "the store knows those of \(known.joined(separator: ", "))")
    case .ambiguous(let names):
      "the store knows several clusters: give --cluster or --node, one of \(names.joined(separator: ", "))"
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 { 64 }
}

extension Kubelog {
  /// The join command for a role from the newest endpoint, CA hash, token and key of a cluster.
  ///
  /// `cluster` is a name that was given, a CA hash or an endpoint; `node` is one of its nodes; without either there must be
  /// one cluster only. Throws ``JoinChoice`` and ``QueryError``.
  public func join(_ role: JoinAnswer.Role, cluster: String? = nil, node: String? = nil) throws -> JoinAnswer {
    var table = try answer("secrets", ["reveal": .integer(1)])
    let revealing = try reveal(&table)
    let parts = try JoinParts(table, cluster: cluster, node: node)
    let needed = role == .worker ? ["bootstrap-token"] : ["bootstrap-token", "certificate-key"]
    let renewals = [
      "bootstrap-token": "kubeadm token create --print-join-command",
      "certificate-key": "kubeadm init phase upload-certs --upload-certs",
    ]
    var answer = JoinAnswer(
      role: role, command: nil, isValid: true, warning: revealing.warning,
      renew: needed.reversed().compactMap { renewals[$0] })
    func refuse(_ kind: String, _ reason: String) {
      if answer.isValid { answer.limitedBy = kind }
      answer.isValid = false
      answer.reason = answer.reason ?? reason
    }
    for kind in needed {
      let name = kind == "bootstrap-token" ? "token" : "certificate key"
      guard let row = parts.newest(kind) else {
        refuse(kind, "no \(name) was seen")
        continue
      }
      let (state, id) = (table.text("state", row) ?? "unknown", table.text("id", row) ?? "")
      switch state {
      case "valid", "expiring", "never": break
      case "unknown": refuse(kind, "whether \(name) \(id) still works is not known (kubelog secrets --explain \(id))")
      case "superseded": refuse(kind, "\(name) \(id) is superseded by a later upload")
      default: refuse(kind, "\(name) \(id) is \(state)")
      }
      if let end = table.number("expires_at", row), end < Double(answer.expiresAt ?? .max) {
        answer.expiresAt = Int64(end)
        answer.remaining = table.number("remaining_s", row)
        answer.isApproximate = table.number("approximate", row) == 1
        if answer.isValid { answer.limitedBy = kind }
      }
    }
    let rows = needed.compactMap { parts.newest($0) }
    guard rows.count == needed.count, let endpoint = parts.endpoint else {
      if rows.count == needed.count { refuse("bootstrap-token", "no join command of its cluster was seen") }
      return answer
    }
    // What works is of no use where its value cannot be had.
    if let closed = rows.first(where: { table.text("value", $0) == nil }) {
      let id = table.text("id", closed) ?? ""
      if answer.isValid {
        answer.reason =
          revealing.problem?.sentence ?? "the value of \(id) was not kept: ingest its source again without --no-secrets"
      }
      answer.isValid = false
      return answer
    }
    let values = rows.compactMap { table.text("value", $0) }
    var command = "kubeadm join \(endpoint) --token \(values.first ?? "")"
    for hash in parts.caHashes { command += " --discovery-token-ca-cert-hash \(hash)" }
    if role == .controlPlane, let key = values.last { command += " --control-plane --certificate-key \(key)" }
    answer.command = command
    return answer
  }
}

/// What the store has of one cluster for a join command.
private struct JoinParts {
  private let table: ResultTable
  /// The rows of `secrets` that are of the cluster, or may be.
  private let rows: [[Value]]

  init(_ table: ResultTable, cluster: String?, node: String?) throws {
    self.table = table
    let secrets = table.rows.filter { table.text("kind", $0) != "certificate" && table.text("_doubt", $0) != "dry-run" }
    // A key that somebody gave to two clusters is no sign of either.
    let tokens = secrets.filter { table.text("kind", $0) == "bootstrap-token" }
    let known = Self.clusters(table, tokens)
    let names = known.map { Self.name($0, table, tokens) }
    var chosen = known
    if let wanted = cluster ?? node {
      let all = (cluster == nil ? table.rows : tokens).filter { row in
        cluster == nil
          ? table.text("node", row) == wanted
          : [table.text("cluster", row), table.text("_cluster", row), table.text("endpoint", row)].contains(wanted)
      }
      let keys = Set(all.compactMap { table.text("_cluster", $0) })
      chosen = known.filter { keys.contains($0) }
      if chosen.isEmpty, all.isEmpty || !known.isEmpty { throw JoinChoice.unknown(wanted, known: names) }
    }
    if chosen.count > 1 { throw JoinChoice.ambiguous(names) }
    // What says of no cluster is of the one there is.
    rows = secrets.filter { row in
      table.text("_cluster", row).map { key in chosen.isEmpty || chosen.contains(key) } ?? (known.count <= 1)
    }
  }

  /// The clusters that join commands lead to. Where two have the same endpoint and no
  /// names, the later was made in the place of the other.
  private static func clusters(_ table: ResultTable, _ rows: [[Value]]) -> [String] {
    var newest: [String: (cluster: String, made: Double)] = [:]
    for row in rows {
      guard let cluster = table.text("_cluster", row), let endpoint = table.text("endpoint", row) else { continue }
      let made = table.number("created_at", row) ?? table.number("expires_at", row) ?? 0
      let place = table.text("cluster", row) ?? endpoint
      if newest[place].map({ $0.made < made }) ?? true { newest[place] = (cluster, made) }
    }
    return Set(newest.values.map(\.cluster)).sorted()
  }

  /// What a person calls a cluster: the name that was given, else where it is.
  private static func name(_ cluster: String, _ table: ResultTable, _ rows: [[Value]]) -> String {
    let own = rows.filter { table.text("_cluster", $0) == cluster }
    return own.compactMap { table.text("cluster", $0) }.first ?? own.compactMap { table.text("endpoint", $0) }.first
      ?? cluster
  }

  /// The newest token or key, one that works before one that may, and that before one that does not.
  func newest(_ kind: String) -> [Value]? {
    func rank(_ row: [Value]) -> (Int, Double) {
      let works = ["valid", "expiring", "never"].contains(table.text("state", row))
      let state = works ? 2 : table.text("state", row) == "unknown" ? 1 : 0
      return (state, table.number("created_at", row) ?? -1)
    }
    return rows.filter { table.text("kind", $0) == kind && (kind != "bootstrap-token" || opensClusters($0)) }
      .max { rank($0) < rank($1) }
  }

  /// A node finds the cluster by a token that signs and joins it by one that authenticates; the clock of an upload does
  /// neither, and what was only generated exists nowhere.
  private func opensClusters(_ row: [Value]) -> Bool {
    guard table.text("_doubt", row) != "generated" else { return false }
    guard let usages = table.text("usages", row) else { return true }
    return usages.contains("\"authentication\"") && usages.contains("\"signing\"")
  }

  /// Where the newest token leads; where that says nothing, the newest join command that was seen.
  var endpoint: String? { placed.flatMap { table.text("endpoint", $0) } }

  /// The pins of the cluster's CA, `sha256:…`.
  var caHashes: [String] {
    (placed.flatMap { table.text("ca_cert_hashes", $0) } ?? "[]").split(separator: "\"").map(String.init)
      .filter { $0.hasPrefix("sha256:") }
  }

  private var placed: [Value]? {
    let token = newest("bootstrap-token")
    if let token, table.text("endpoint", token) != nil { return token }
    return rows.filter { table.text("endpoint", $0) != nil }
      .max { (table.number("created_at", $0) ?? -1) < (table.number("created_at", $1) ?? -1) }
  }
}

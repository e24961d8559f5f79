/// What a report is of; nothing of it: all there is.
public struct ReportScope: Sendable {
  /// The beginning of the id of one session.
  public var session: String?
  /// A cluster by the name that `--cluster` gave, by its endpoint, or by the hash of its CA.
  public var cluster: String?
  /// Not before, microseconds since 1970 UTC.
  public var since: Int64?
  /// Before, microseconds since 1970 UTC.
  public var until: Int64?

  /// The part of a store that all of these name.
  public init(session: String? = nil, cluster: String? = nil, since: Int64? = nil, until: Int64? = nil) {
    (self.session, self.cluster, self.since, self.until) = (session, cluster, since, until)
  }

  var isAll: Bool { session == nil && cluster == nil && since == nil && until == nil }
}

/// Why there is no report.
public enum ReportError: Error, Sendable, Equatable {
  /// No session's id begins so.
  case unknownSession(String)
  /// No session and no node belongs to it.
  case unknownCluster(String, known: [String])

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .unknownSession(let id): "no session begins with '\(visible(id))': kubelog sessions -o json lists their ids"
    case .unknownCluster(let name, let known):
      "nothing was read of a cluster '\(visible(name))': "
        + (known.isEmpty
          ? "ingest what kubeadm printed there" : "the store knows \(visible(known.joined(separator: ", ")))")
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 { 64 }
}

extension Kubelog {
  /// The kinds of event that tell when the network of pods came.
  private static let networkKinds = [
    "cni.applied", "runtime.cni-found", "kubelet.runtime.network-not-ready", "kubelet.pod.network-not-ready",
  ]

  /// The kinds of event that tell what was done to nodes, and what happened to the programs on them.
  private static let nodeKinds = [
    "node.created", "node.removed", "node.cordoned", "node.uncordoned", "node.drained", "node.labeled",
    "systemd.unit.stopping", "systemd.unit.started", "systemd.unit.failed", "kubelet.start.version",
  ]

  /// The post-install report of what `scope` names. Throws ``ReportError`` and ``QueryError``.
  ///
  /// What has no time is in no span of time. A change of a node before the span stays where it says in which state the node
  /// was when the span began.
  public func report(_ scope: ReportScope = ReportScope()) throws -> Report {
    var answers: [String: ResultTable] = [:]
    for name in [
      "sessions", "phases", "nodes", "node-transitions", "cordons", "quorum", "secrets", "preflight-findings",
    ] {
      answers[name] = try answer(name)
    }
    let kinds: Value = .text(jsonText(Self.networkKinds))
    if scope.isAll {
      answers["timeline"] = try answer("timeline", ["kinds": kinds])
      answers[Report.nodeEvents] = try answer("timeline", ["kinds": .text(jsonText(Self.nodeKinds))])
      answers["source-times"] = try answer("source-times")
      return try report(answers, nodes: nil, scope: nil) { _ in true }
    }

    let sessions = try sessions(scope, answers)
    let ids = Set(sessions.map(\.id))
    let nodes = try nodes(scope, sessions, answers)
    let isOfNode = { (table: ResultTable, column: String, row: [Value]) in
      table.text(column, row).map { nodes.contains($0) } ?? false
    }
    answers.keep("sessions") { table, row in table.text("id", row).map { ids.contains($0) } ?? false }
    for name in ["phases", "preflight-findings"] {
      answers.keep(name) { table, row in table.text("session", row).map { ids.contains($0) } ?? false }
    }
    answers.keep("nodes") { isOfNode($0, "name", $1) }
    answers.keep("node-transitions") { table, row in
      isOfNode(table, "node", row) && scope.isBefore(until: table.moment("time", row))
    }
    if let since = scope.since { answers["node-transitions"]?.keepLast(before: since) }
    answers.keep("cordons") { table, row in
      isOfNode(table, "node", row) && scope.overlaps(table.moment("from", row), table.moment("to", row))
    }
    answers.keep("quorum") { table, row in
      !nodes.isDisjoint(with: table.texts("_members", row))
        && scope.overlaps(table.moment("from", row), table.moment("to", row))
    }
    if let until = scope.until { answers["quorum"]?.open("to", from: until) }
    answers.keep("secrets") { table, row in
      if table.text("session", row).map({ ids.contains($0) }) ?? false { return true }
      if scope.session != nil { return false }
      if let cluster = scope.cluster, !table.names(cluster, row) { return false }
      return scope.since == nil && scope.until == nil || scope.holds(table.moment("created_at", row))
    }
    let moment = { (time: Int64?) -> Value in time.map { .integer($0) } ?? .null }
    let list: Value = .text(jsonText(ids.sorted()))
    let names: Value = .text(jsonText(nodes.sorted()))
    for (name, kinds) in [("timeline", kinds), (Report.nodeEvents, .text(jsonText(Self.nodeKinds)))] {
      answers[name] = try answer(
        "timeline", ["kinds": kinds, "nodes": names, "since": moment(scope.since), "until": moment(scope.until)])
    }
    // A span of time alone has every source that tells of it.
    let isSpan = scope.session == nil && scope.cluster == nil
    answers["source-times"] = try answer(
      "source-times",
      [
        "since": moment(scope.since), "until": moment(scope.until), "sessions": isSpan ? .null : list,
        "nodes": isSpan ? .null : names,
      ])
    return try report(answers, nodes: nodes, scope: words(scope)) { found in
      if let session = found.session { return ids.contains(session) }
      guard found.node.map({ nodes.contains($0) }) ?? (scope.cluster != nil && found.cluster == scope.cluster) else {
        return false
      }
      let isSpan = scope.since != nil || scope.until != nil
      return scope.session == nil
        && (!isSpan
          || scope.isBefore(until: found.firstSeen) && (scope.since.map { (found.lastSeen ?? .min) >= $0 } ?? true))
    }
  }

  /// The report with those problems, open or over, that `isWanted` holds for, and the notes on the quorum of `nodes`.
  private func report(
    _ answers: [String: ResultTable], nodes: Set<String>?, scope: String?, isWanted: (ProblemCase) -> Bool
  ) throws -> Report {
    var answers = answers
    let cases = try diagnosis().cases.filter { ($0.state == .open || $0.state == .ended) && isWanted($0) }
    answers["problems"] = ProblemCase.table(cases)
    return Report(
      answers: answers, problems: cases.map(ReportProblem.init),
      nextSteps: try nextSteps().filter(isWanted).map(ReportProblem.init),
      quorumNotes: try answers["quorum"].map { try notes(onQuorum: $0, nodes: nodes) } ?? [],
      scope: scope, now: now, zone: localZone)
  }

  /// The sessions of a scope: their ids, nodes and clusters. Throws ``ReportError`` where it names what is not there.
  private func sessions(_ scope: ReportScope, _ answers: [String: ResultTable]) throws(ReportError) -> [ScopedSession] {
    guard let table = answers["sessions"], let secrets = answers["secrets"] else { return [] }
    var found = table.rows.map { ScopedSession(table, $0) }
    if let id = scope.session {
      found.removeAll { !$0.id.hasPrefix(id) }
      if found.isEmpty || id.isEmpty { throw .unknownSession(id) }
    }
    if let cluster = scope.cluster {
      let told = Set(secrets.rows.filter { secrets.names(cluster, $0) }.compactMap { secrets.text("session", $0) })
      // A join says no endpoint: it belongs to the cluster of its node, or to the only one there is.
      let known = Set(table.rows.compactMap { table.text("control_plane_endpoint", $0) })
        .union(table.rows.compactMap { table.text("cluster", $0) })
      let own = Set(
        found.filter { $0.cluster == cluster || $0.endpoint == cluster || told.contains($0.id) }.compactMap(\.node))
      let isOnly = known.count == 1
      let isKnown =
        known.contains(cluster) || !told.isEmpty
        || answers["nodes"]?.rows.contains { answers["nodes"]?.text("cluster", $0) == cluster } ?? false
      guard isKnown else { throw .unknownCluster(cluster, known: known.sorted()) }
      found.removeAll { session in
        if let its = session.cluster ?? session.endpoint {
          return its != cluster && session.endpoint != cluster && !told.contains(session.id)
        }
        return !told.contains(session.id) && !isOnly && !(session.node.map { own.contains($0) } ?? false)
      }
    }
    if scope.since != nil || scope.until != nil {
      found.removeAll { session in
        guard let began = session.started else { return true }
        return !scope.isBefore(until: began) || (scope.since.map { (session.ended ?? began) < $0 } ?? false)
      }
    }
    return found
  }

  /// The nodes of a scope.
  private func nodes(
    _ scope: ReportScope, _ sessions: [ScopedSession], _ answers: [String: ResultTable]
  ) throws -> Set<String> {
    guard let table = answers["nodes"] else { return [] }
    let own = Set(sessions.compactMap(\.node))
    let clusters = Set(
      (answers["sessions"]?.rows ?? []).compactMap { row in
        answers["sessions"].flatMap { $0.text("cluster", row) ?? $0.text("control_plane_endpoint", row) }
      })
    return Set(
      table.rows.compactMap { row -> String? in
        guard let name = table.text("name", row) else { return nil }
        if scope.session != nil { return own.contains(name) ? name : nil }
        if let cluster = scope.cluster {
          let its = table.text("cluster", row)
          guard its == cluster || own.contains(name) || its == nil && clusters.count == 1 else { return nil }
        }
        let first = table.moment("first_seen_at", row)
        guard scope.since != nil || scope.until != nil else { return name }
        guard let first, scope.isBefore(until: first) else { return nil }
        let last = table.moment("removed_at", row) ?? table.moment("last_seen_at", row) ?? first
        return scope.since.map { last >= $0 } ?? true ? name : nil
      })
  }

  private func words(_ scope: ReportScope) -> String {
    var words: [String] = []
    if let session = scope.session { words.append("session \(session)") }
    if let cluster = scope.cluster { words.append("cluster \(cluster)") }
    if let since = scope.since { words.append("since \(localTime(since, localZone))") }
    if let until = scope.until { words.append("until \(localTime(until, localZone))") }
    return words.joined(separator: ", ")
  }
}

/// What decides whether a session is in a scope.
private struct ScopedSession {
  let id: String
  let node, cluster, endpoint: String?
  let started, ended: Int64?

  init(_ table: ResultTable, _ row: [Value]) {
    id = table.text("id", row) ?? ""
    (node, cluster) = (table.text("node", row), table.text("cluster", row))
    endpoint = table.text("control_plane_endpoint", row)
    (started, ended) = (table.moment("started_at", row), table.moment("ended_at", row))
  }
}

extension ReportScope {
  /// Whether a moment is before the end.
  fileprivate func isBefore(until moment: Int64?) -> Bool {
    until.map { end in moment.map { $0 < end } ?? false } ?? true
  }

  /// Whether something that began and ended then was in the span of time; nil: always, still.
  fileprivate func overlaps(_ from: Int64?, _ to: Int64?) -> Bool {
    (until.map { end in from.map { $0 < end } ?? true } ?? true)
      && (since.map { begin in to.map { $0 >= begin } ?? true } ?? true)
  }

  /// Whether a moment is in the span of time.
  fileprivate func holds(_ moment: Int64?) -> Bool {
    isBefore(until: moment) && (since.map { begin in moment.map { $0 >= begin } ?? false } ?? true)
  }
}

extension ResultTable {
  /// Whether a secret's row is of a cluster that `name` names.
  fileprivate func names(_ name: String, _ row: [Value]) -> Bool {
    text("cluster", row) == name || text("_cluster", row) == name || text("endpoint", row) == name
      || (text("ca_cert_hashes", row)?.contains(jsonText([name]).dropFirst().dropLast()) ?? false)
  }

  /// What ended at `moment` or later had not ended before it.
  fileprivate mutating func open(_ name: String, from moment: Int64) {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return }
    for row in rows.indices where self.moment(name, rows[row]).map({ $0 >= moment }) ?? false {
      rows[row][index] = .null
    }
  }

  /// Drops all changes of a node before `since` but the last, which says what state it was in.
  fileprivate mutating func keepLast(before since: Int64) {
    var last: [String: Int] = [:]
    for (index, row) in rows.enumerated() where moment("time", row).map({ $0 < since }) ?? true {
      last[text("node", row) ?? ""] = index
    }
    let table = self
    rows = rows.enumerated().filter { index, row in
      table.moment("time", row).map { $0 >= since } ?? false || last[table.text("node", row) ?? ""] == index
    }.map(\.element)
  }
}

extension [String: ResultTable] {
  fileprivate mutating func keep(_ name: String, _ isKept: (ResultTable, [KubelogQuery.Value]) -> Bool) {
    guard let table = self[name] else { return }
    self[name]?.rows = table.rows.filter { isKept(table, $0) }
  }
}

extension ReportProblem {
  /// A case of the diagnosis as a report has it.
  fileprivate init(_ found: ProblemCase) {
    self.init(
      id: found.problem.id, title: found.problem.title, cause: found.problem.cause, remedy: found.problem.remedy,
      reference: found.problem.reference, severity: found.severity.name, state: found.state.rawValue,
      reason: found.reason, count: found.count,
      evidence: found.evidence.map { Evidence(path: $0.path, line: $0.line, text: $0.text) })
    (node, session, cluster) = (found.node, found.session, found.cluster)
    (firstSeen, lastSeen, endedAt) = (found.firstSeen, found.lastSeen, found.endedAt)
  }
}

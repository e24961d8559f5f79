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
    var answers = ReportAnswers(kubelog: self)
    let kinds: Value = .text(jsonText(Self.networkKinds))
    let nodeKinds: Value = .text(jsonText(Self.nodeKinds))
    if scope.isAll {
      try answers.take("sessions")
      // A session that is left out takes with it what it printed.
      let ids = answers.leftOut["sessions"].map { _ in answers.texts("id", of: "sessions") }
      for name in Self.sessionParts {
        try answers.take(name) { table, row in ids?.contains(table.text("session", row) ?? "") ?? true }
      }
      for name in ["nodes", "node-transitions", "cordons", "quorum", "secrets", "source-times"] {
        try answers.take(name)
      }
      try answers.take("timeline", ["kinds": kinds])
      try answers.take("timeline", ["kinds": nodeKinds], as: Report.nodeEvents)
      return try report(answers, nodes: nil, scope: nil) { _ in true }
    }

    let (sessions, clusters) = try sessions(scope)
    let ids = Set(sessions.map(\.id))
    try answers.take("nodes")
    let nodes = try nodes(scope, sessions, clusters, answers["nodes"])
    let isOfNode = { (table: ResultTable, column: String, row: [Value]) in
      table.text(column, row).map { nodes.contains($0) } ?? false
    }
    answers.keep("nodes") { isOfNode($0, "name", $1) }
    try answers.take("sessions") { table, row in table.text("id", row).map { ids.contains($0) } ?? false }
    let told = answers.leftOut["sessions"].map { _ in answers.texts("id", of: "sessions") } ?? ids
    for name in Self.sessionParts {
      try answers.take(name) { table, row in table.text("session", row).map { told.contains($0) } ?? false }
    }
    try answers.take("node-transitions") { table, row in
      isOfNode(table, "node", row) && scope.isBefore(until: table.moment("time", row))
    }
    if let since = scope.since { answers.change("node-transitions") { $0.keepLast(before: since) } }
    try answers.take("cordons") { table, row in
      isOfNode(table, "node", row) && scope.overlaps(table.moment("from", row), table.moment("to", row))
    }
    try answers.take("quorum") { table, row in
      !nodes.isDisjoint(with: table.texts("_members", row))
        && scope.overlaps(table.moment("from", row), table.moment("to", row))
    }
    if let until = scope.until { answers.change("quorum") { $0.open("to", from: until) } }
    try answers.take("secrets") { table, row in
      if table.text("session", row).map({ ids.contains($0) }) ?? false { return true }
      if scope.session != nil { return false }
      if let cluster = scope.cluster, !table.names(cluster, row) { return false }
      return scope.since == nil && scope.until == nil || scope.holds(table.moment("created_at", row))
    }
    let moment = { (time: Int64?) -> Value in time.map { .integer($0) } ?? .null }
    let list: Value = .text(jsonText(ids.sorted()))
    let names: Value = .text(jsonText(nodes.sorted()))
    for (name, kinds) in [("timeline", kinds), (Report.nodeEvents, nodeKinds)] {
      let values = [
        "kinds": kinds, "nodes": names, "since": moment(scope.since), "until": moment(scope.until),
      ]
      try answers.take("timeline", values, as: name)
    }
    // A span of time alone has every source that tells of it.
    let isSpan = scope.session == nil && scope.cluster == nil
    try answers.take(
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
    _ answers: ReportAnswers, nodes: Set<String>?, scope: String?, isWanted: (ProblemCase) -> Bool
  ) throws -> Report {
    let cases = try diagnosis().cases.filter { ($0.state == .open || $0.state == .ended) && isWanted($0) }
    var tables = answers.tables
    tables["problems"] = ProblemCase.table(cases)
    return Report(
      answers: tables, leftOut: answers.leftOut, problems: cases.map(ReportProblem.init),
      nextSteps: try nextSteps().filter(isWanted).map(ReportProblem.init),
      quorumNotes: try answers["quorum"].map { try notes(onQuorum: $0, nodes: nodes) } ?? [],
      scope: scope, now: now, zone: localZone)
  }

  /// The answers whose rows belong to a session.
  private static let sessionParts = ["phases", "preflight-findings"]

  /// The sessions of a scope: their ids, nodes and clusters; and all clusters and endpoints that sessions name. Throws
  /// ``ReportError`` where it names what is not there.
  private func sessions(_ scope: ReportScope) throws -> (found: [ScopedSession], clusters: Set<String>) {
    var (found, clusters, known): ([ScopedSession], Set<String>, Set<String>) = ([], [], [])
    try each("sessions") { table, row in
      let session = ScopedSession(table, row)
      if let its = session.cluster ?? session.endpoint { clusters.insert(its) }
      known.formUnion([session.cluster, session.endpoint].compactMap { $0 })
      if scope.session.map({ session.id.hasPrefix($0) }) ?? true { found.append(session) }
    }
    if let id = scope.session, found.isEmpty || id.isEmpty { throw ReportError.unknownSession(id) }
    if let cluster = scope.cluster {
      var (told, isNamed): (Set<String>, Bool) = ([], false)
      try each("secrets") { table, row in
        if table.names(cluster, row), let session = table.text("session", row) { told.insert(session) }
      }
      // A join says no endpoint: it belongs to the cluster of its node, or to the only one there is.
      let own = Set(
        found.filter { $0.cluster == cluster || $0.endpoint == cluster || told.contains($0.id) }.compactMap(\.node))
      let isOnly = known.count == 1
      if !known.contains(cluster), told.isEmpty {
        try each("nodes") { table, row in if table.text("cluster", row) == cluster { isNamed = true } }
        guard isNamed else { throw ReportError.unknownCluster(cluster, known: known.sorted()) }
      }
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
    return (found, clusters)
  }

  /// The nodes of a scope.
  private func nodes(
    _ scope: ReportScope, _ sessions: [ScopedSession], _ clusters: Set<String>, _ table: ResultTable?
  ) throws -> Set<String> {
    guard let table else { return [] }
    let own = Set(sessions.compactMap(\.node))
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

/// The answers that a report stands on, each with the last of its rows.
private struct ReportAnswers {
  let kubelog: Kubelog
  /// By the name of the answer.
  private(set) var tables: [String: ResultTable] = [:]
  /// How many rows stand before those that are told, of answers of which some do.
  private(set) var leftOut: [String: Int] = [:]

  init(kubelog: Kubelog) { self.kubelog = kubelog }

  subscript(_ name: String) -> ResultTable? { tables[name] }

  /// Asks `query` for the rows that are to be kept. All nodes are: how many there are, and how they are, is the report's first
  /// sentence. So is what lasts: a cordon, or who is in the quorum.
  mutating func take(
    _ query: String, _ values: [String: Value] = [:], as name: String? = nil,
    where isKept: (ResultTable, [Value]) -> Bool = { _, _ in true }
  ) throws(QueryError) {
    let most = query == "nodes" ? Int.max : Report.most
    var (last, table) = (LastRows(most: most), ResultTable(columns: []))
    try kubelog.each(try Answers.query(query), values, columns: { table.columns = $0 }) { row in
      if isKept(table, row) { last.add(row, lasts: table.isOpen(row)) }
      return true
    }
    table.rows = last.rows
    if last.leftOut > 0 { leftOut[name ?? query] = last.leftOut }
    tables[name ?? query] = table
  }

  /// Leaves only those rows of an answer that `isKept` holds for.
  mutating func keep(_ name: String, _ isKept: (ResultTable, [Value]) -> Bool) {
    change(name) { table in table.rows = table.rows.filter { isKept(table, $0) } }
  }

  mutating func change(_ name: String, _ change: (inout ResultTable) -> Void) {
    guard var table = tables.removeValue(forKey: name) else { return }
    change(&table)
    tables[name] = table
  }

  /// What stands in a column of an answer.
  func texts(_ column: String, of name: String) -> Set<String> {
    guard let table = tables[name] else { return [] }
    return Set(table.rows.compactMap { table.text(column, $0) })
  }
}

extension ResultTable {
  /// Whether a row is a span that has begun and not ended.
  fileprivate func isOpen(_ row: [Value]) -> Bool {
    columns.firstIndex { $0.name == "to" && $0.type == .time }.map { row[$0] == .null } ?? false
  }
}

/// The last of any number of rows, and the last of those before that last.
struct LastRows {
  private let most: Int
  private var lasting: ArraySlice<[Value]> = []
  private var kept: [(row: [Value], lasts: Bool)] = []
  private var count = 0

  /// Keeps `most` rows.
  init(most: Int) { self.most = most }

  /// Adds a row; one that `lasts` is among ``rows`` also when many others come, unless as many of its like do.
  mutating func add(_ row: [Value], lasts: Bool = false) {
    kept.append((row, lasts))
    count += 1
    // As many as are kept go at once: one by one each would move all others.
    guard kept.count / 2 >= most else { return }
    lasting = (lasting + kept.prefix(most).filter(\.lasts).map(\.row)).suffix(most)
    kept.removeFirst(most)
  }

  /// The rows, in the order in which they came.
  var rows: [[Value]] {
    lasting + kept.dropLast(most).filter(\.lasts).map(\.row) + kept.suffix(most).map(\.row)
  }

  /// How many came before ``rows`` and are not among them.
  var leftOut: Int { count - rows.count }
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

import KubelogQuery

// The rows of the named queries that a report stands on, as the sections read them.

/// A row of `sessions`.
struct SessionRow {
  let id, command, outcome: String
  let node, version, endpoint, error, arguments: String?
  /// Where it failed and what it was still waiting for, as far as that is known.
  let failedPhase, waitingFor: String?
  let started, ended: Int64?
  let duration: Double?
  let isDryRun: Bool

  init(_ table: ResultTable, _ row: [Value]) {
    id = table.text("id", row) ?? ""
    command = table.text("command", row) ?? "unknown"
    outcome = table.text("outcome", row) ?? "incomplete"
    (node, version) = (table.text("node", row), table.text("kubernetes_version", row))
    (endpoint, error) = (table.text("control_plane_endpoint", row), table.text("error", row))
    arguments = table.text("arguments", row).flatMap { HumanTable.words($0) }
    (started, ended) = (table.moment("started_at", row), table.moment("ended_at", row))
    duration = table.number("duration_s", row)
    isDryRun = table.isTrue("dry_run", row)
    (failedPhase, waitingFor) = (table.text("failed_phase", row), table.text("waiting_for", row))
  }

  /// Whether it makes a node of a machine.
  var installs: Bool { (command == "init" || command == "join") && !isDryRun }
}

/// A row of `phases`.
struct PhaseRow {
  let session, name, basis, status, timeSource: String
  let started, ended: Int64?
  let duration: Double?

  init(_ table: ResultTable, _ row: [Value]) {
    session = table.text("session", row) ?? ""
    name = table.text("name", row) ?? ""
    basis = table.text("duration_basis", row) ?? "none"
    status = table.text("status", row) ?? "incomplete"
    timeSource = table.text("time_source", row) ?? "none"
    (started, ended) = (table.moment("started_at", row), table.moment("ended_at", row))
    duration = table.number("duration_s", row)
  }

  /// Where it lies in time, where both ends are known and not only how long it took.
  var span: Range<Int64>? {
    guard let started, let ended, started <= ended, basis == "stamped" || basis == "arrival" else { return nil }
    return started..<ended
  }
}

/// A row of `nodes`.
struct NodeRow {
  let name, status: String
  let isSchedulable: Bool?
  let isControlPlane, isApproximate: Bool
  let version, osImage, kernel, runtime: String?
  let firstSeen, ready, lastSeen, removed: Int64?
  let timeToReady: Double?

  init(_ table: ResultTable, _ row: [Value]) {
    name = table.text("name", row) ?? ""
    status = table.text("status", row) ?? "Unknown"
    isSchedulable = table.number("schedulable", row).map { $0 != 0 }
    let roles = table.text("roles", row) ?? "[]"
    isControlPlane = roles.contains("\"control-plane\"") || roles.contains("\"master\"")
    isApproximate = table.isTrue("approximate", row)
    (version, osImage) = (table.text("version", row), table.text("os_image", row))
    (kernel, runtime) = (table.text("kernel_version", row), table.text("container_runtime", row))
    (firstSeen, ready) = (table.moment("first_seen_at", row), table.moment("ready_at", row))
    (lastSeen, removed) = (table.moment("last_seen_at", row), table.moment("removed_at", row))
    timeToReady = table.number("time_to_ready_s", row)
  }
}

/// A row of `node-transitions`.
struct TransitionRow {
  let node, to, timeSource, observedBy: String
  /// When it was seen; who polls sees a change only afterwards, and `notBefore` is when it certainly had not happened yet.
  let time, notBefore: Int64?
  let from, reason: String?
  let isApproximate: Bool

  init(_ table: ResultTable, _ row: [Value]) {
    (node, to) = (table.text("node", row) ?? "", table.text("to", row) ?? "Unknown")
    timeSource = table.text("time_source", row) ?? "none"
    observedBy = table.text("observed_by", row) ?? ""
    // A file's time only says that it had happened by then.
    time = timeSource == "file" || timeSource == "none" ? nil : table.moment("time", row)
    notBefore = time.flatMap { time in table.moment("earliest", row).map { min($0, time) } }
    (from, reason) = (table.text("from", row), table.text("reason", row))
    isApproximate = table.isTrue("approximate", row)
  }
}

/// A row of `cordons`: a span in which a node took no new pods.
struct CordonRow {
  let node, observedBy: String
  /// It began between the first two, where the first is known, and was over between the last two.
  let notBefore, from, endNotBefore, to: Int64?
  let end: String?

  init(_ table: ResultTable, _ row: [Value]) {
    (node, observedBy) = (table.text("node", row) ?? "", table.text("observed_by", row) ?? "")
    (notBefore, from) = (table.moment("from_not_before", row), table.moment("from", row))
    (endNotBefore, to) = (table.moment("to_not_before", row), table.moment("to", row))
    end = table.text("end", row)
  }
}

/// A row of `quorum`: a span in which neither the members of a control plane nor who of them is Ready changed.
struct QuorumRow {
  let state: String
  /// Whose it is, to tell several apart; of which name, where it has one.
  let place, cluster: String?
  /// The change that began it was between the first two, where the first is known.
  let notBefore, from, to: Int64?
  let members, ready, needed: Int
  /// How many more may be lost at least; nil where that is not known.
  let tolerates: Int?
  let names, notReady: [String]
  let isExternal: Bool

  init(_ table: ResultTable, _ row: [Value]) {
    let count = { (name: String) in table.number(name, row).map { Int($0) } }
    state = table.text("state", row) ?? "unknown"
    (place, cluster) = (table.text("_place", row), table.text("cluster", row))
    let from = table.moment("from", row)
    notBefore = from.flatMap { from in table.moment("_not_before", row).map { min($0, from) } }
    (self.from, to) = (from, table.moment("to", row))
    (members, ready, needed) = (count("members") ?? 0, count("ready") ?? 0, count("needed") ?? 1)
    tolerates = count("tolerates")
    (names, notReady) = (table.texts("_members", row), table.texts("not_ready", row))
    isExternal = table.isTrue("_is_external", row)
  }
}

/// A row of `secrets`; never with a value.
struct SecretRow {
  let kind, id, state, basis, timeSource: String
  let name, node, description: String?
  let created, expires, earliest, latest: Int64?
  let remaining: Double?
  let isApproximate, isProxy: Bool

  init(_ table: ResultTable, _ row: [Value]) {
    (kind, id) = (table.text("kind", row) ?? "", table.text("id", row) ?? "")
    (state, basis) = (table.text("state", row) ?? "unknown", table.text("expires_basis", row) ?? "none")
    timeSource = table.text("time_source", row) ?? "none"
    (name, node) = (table.text("name", row), table.text("node", row))
    description = table.text("description", row)
    (created, expires) = (table.moment("created_at", row), table.moment("expires_at", row))
    (earliest, latest) = (table.moment("expires_earliest", row), table.moment("expires_latest", row))
    remaining = table.number("remaining_s", row)
    isApproximate = table.isTrue("approximate", row)
    isProxy = table.text("usages", row) == "[]"
  }

  /// Whether it is a certificate of a CA.
  var isAuthority: Bool { name.map { $0 == "ca" || $0.hasSuffix("-ca") } ?? false }

  /// Whether it may still open something.
  var isOpen: Bool { ["valid", "expiring", "never", "unknown"].contains(state) }
}

/// A row of `preflight-findings`.
struct PreflightRow {
  let session, severity, check, message: String
  let node, command: String?

  init(_ table: ResultTable, _ row: [Value]) {
    (session, severity) = (table.text("session", row) ?? "", table.text("severity", row) ?? "warning")
    (check, message) = (table.text("check", row) ?? "", table.text("message", row) ?? "")
    (node, command) = (table.text("node", row), table.text("command", row))
  }
}

/// A row of `timeline`.
struct EventRow {
  let kind, message: String
  let node: String?
  let time, last: Int64?
  let count: Int
  /// Whether `time` may be off by more than a reader expects.
  let isApproximate: Bool

  init(_ table: ResultTable, _ row: [Value]) {
    (kind, message) = (table.text("kind", row) ?? "", table.text("message", row) ?? "")
    node = table.text("node", row)
    let source = table.text("time_source", row)
    time = source == "file" || source == "none" ? nil : table.moment("time", row)
    last = time.map { table.moment("last_time", row) ?? $0 }
    count = table.number("count", row).map { Int($0) } ?? 1
    isApproximate = table.isTrue("approximate", row)
  }
}

/// A row of `source-times`.
struct SourceRow {
  let path, format, timeSources: String
  let lines, events, faults: Int
  let first, last: Int64?
  let uncertainty: Double?

  init(_ table: ResultTable, _ row: [Value]) {
    (path, format) = (table.text("path", row) ?? "", table.text("format", row) ?? "unknown")
    timeSources = table.text("time_sources", row).flatMap { HumanTable.words($0) } ?? ""
    let count = { (name: String) in Int(table.number(name, row) ?? 0) }
    (lines, events) = (count("lines"), count("events"))
    faults = count("truncated_lines") + count("bad_utf8_lines")
    (first, last) = (table.moment("first_at", row), table.moment("last_at", row))
    uncertainty = table.number("worst_uncertainty_s", row)
  }
}

internal import KubelogParse

/// Which events a store is to forget; what is nobody's then goes with them.
public struct Forgetting: Sendable {
  /// What belongs to a cluster, as the query `clusters` tells.
  public struct Cluster: Sendable {
    /// What `--cluster` called it when its inputs were read, or whatever else it is known by.
    public var name: String
    /// The ids of its runs of kubeadm.
    public var runs: [Int64]
    /// The nodes that no other cluster has.
    public var nodes: [String]

    /// A cluster of those runs and nodes.
    public init(name: String, runs: [Int64], nodes: [String]) {
      (self.name, self.runs, self.nodes) = (name, runs, nodes)
    }
  }

  /// Only what had happened before this moment, microseconds since 1970 UTC. Of a run of kubeadm all or nothing goes: its
  /// last event decides. What has no time stays.
  public var before: Int64?
  /// Only what belongs to this cluster.
  public var cluster: Cluster?

  /// What had happened before `before` and belongs to `cluster`, as far as they are given.
  public init(before: Int64? = nil, cluster: Cluster? = nil) {
    (self.before, self.cluster) = (before, cluster)
  }
}

/// What was forgotten, or would be.
public struct Forgotten: Sendable, Equatable {
  /// Occurrences of events.
  public var events = 0
  /// Runs of kubeadm.
  public var sessions = 0
  /// Secrets that nothing tells of any more; their values, where there were any, are gone with them.
  public var secrets = 0
  /// Inputs of which nothing is left.
  public var sources = 0
  /// Values of secrets.
  public var values = 0
  /// When the first and the last of the events were, microseconds since 1970 UTC; nil where none has a time.
  public var first: Int64?
  /// See ``first``.
  public var last: Int64?
  /// Whether the bytes are overwritten, in the file and in its log. While another program uses the store they are not:
  /// values of secrets are when it is opened for writing next, all else as soon as others write.
  public var isOverwritten = true

  /// Nothing.
  public init() {}
}

extension Store {
  /// Drops all values of secrets from the store at `path`; their ids and expiries stay.
  ///
  /// Throws ``StoreError``, also where there is no store.
  public static func forgetValues(at path: String, waiting milliseconds: Int = Connection.patience) throws(StoreError)
    -> Forgotten
  {
    let store = try Store(existing: path, waiting: milliseconds)
    var forgotten = Forgotten()
    forgotten.values = try store.connection.forgetValues()
    forgotten.isOverwritten = try store.connection.scrub()
    return forgotten
  }

  /// How many values of secrets the store holds. Throws ``StoreError``.
  public func valueCount() throws(StoreError) -> Int {
    Int(try connection.number("SELECT count(*) FROM secrets WHERE value IS NOT NULL"))
  }

  /// Forgets those events in the store at `path`, and tells what went; with `isDryRun` nothing goes.
  ///
  /// Throws ``StoreError``, also where there is no store.
  public static func forget(
    _ what: Forgetting, at path: String, isDryRun: Bool = false, waiting milliseconds: Int = Connection.patience
  ) throws(StoreError) -> Forgotten {
    let store = try Store(existing: path, waiting: milliseconds)
    return try store.connection.forget(what, isDryRun: isDryRun)
  }
}

extension Connection {
  fileprivate func forget(_ what: Forgetting, isDryRun: Bool) throws(StoreError) -> Forgotten {
    // What depends on a row goes by the statements below, that all of it is counted. A source has no index of its events,
    // so that the check of each would go over all of them.
    try execute("PRAGMA foreign_keys = OFF")
    var forgotten = Forgotten()
    try transaction { () throws(StoreError) in
      try mark(what)
      try count(&forgotten)
      guard !isDryRun else { return }
      try delete()
      if forgotten.values > 0 { try set(.scrub, to: []) }
      try confirmInPlace()
    }
    guard !isDryRun else { return forgotten }
    // Deleted bytes are overwritten as they are deleted (secure_delete); what is left of them is in the log.
    forgotten.isOverwritten = forgotten.values > 0 ? try scrub() : (try? truncateLog()) ?? false
    return forgotten
  }

  /// Collects what is to go: `going_runs`, `going` (events), `touched` (their sources), `going_secrets`.
  private func mark(_ what: Forgetting) throws(StoreError) {
    let runs = (what.cluster?.runs ?? []).map(String.init).joined(separator: ",")
    let nodes = jsonText(what.cluster?.nodes ?? [])
    try execute(
      """
      CREATE TEMP TABLE going (id INTEGER PRIMARY KEY);
      CREATE TEMP TABLE going_runs (id INTEGER PRIMARY KEY);
      CREATE TEMP TABLE cluster_runs AS SELECT value AS id FROM json_each('[\(runs)]');
      CREATE TEMP TABLE cluster_nodes AS SELECT value AS name FROM json_each(\(Self.quoted(nodes)));
      """)
    // The latest moment at which it may have happened.
    let moment = "max(coalesce(last_time, time), coalesce(latest, time))"
    let isBefore = what.before.map { "\(moment) < \($0)" } ?? "1"
    let isCluster =
      what.cluster.map { cluster in
        "iif(events.cluster IS NULL, coalesce(events.node IN (SELECT name FROM cluster_nodes), 0), "
          + "events.cluster = \(Self.quoted(cluster.name)))"
      } ?? "1"
    let isClusterRun =
      what.cluster == nil
      ? "1"
      : "(id IN (SELECT id FROM cluster_runs) OR (NOT EXISTS (SELECT 1 FROM sessions WHERE run = runs.id) "
        + "AND NOT EXISTS (SELECT 1 FROM events WHERE run = runs.id AND NOT \(isCluster))))"
    let isRunBefore =
      what.before.map { before in
        "EXISTS (SELECT 1 FROM events WHERE run = runs.id AND time IS NOT NULL) "
          + "AND NOT EXISTS (SELECT 1 FROM events WHERE run = runs.id AND \(moment) >= \(before))"
      } ?? "1"
    try execute("INSERT INTO going_runs SELECT id FROM runs WHERE \(isClusterRun) AND \(isRunBefore)")
    try execute(
      """
      INSERT INTO going SELECT id FROM events WHERE run IN (SELECT id FROM going_runs);
      INSERT OR IGNORE INTO going SELECT id FROM events WHERE run IS NULL AND \(isBefore) AND \(isCluster);
      CREATE TEMP TABLE touched AS SELECT DISTINCT source AS id FROM events WHERE id IN (SELECT id FROM going);
      CREATE TEMP TABLE emptied AS SELECT id FROM touched
      EXCEPT SELECT source FROM events WHERE id NOT IN (SELECT id FROM going)
      -- Else a log that is followed would be read from its beginning, and tell all of it again.
      EXCEPT SELECT source FROM positions;
      CREATE TEMP TABLE going_secrets AS SELECT DISTINCT secret AS id FROM sightings
      WHERE event IN (SELECT id FROM going) AND NOT EXISTS (
        SELECT 1 FROM sightings AS other WHERE other.secret = sightings.secret
        AND other.event NOT IN (SELECT id FROM going));
      """)
  }

  private func count(_ forgotten: inout Forgotten) throws(StoreError) {
    let events = try prepare(
      "SELECT sum(count), min(time), max(coalesce(last_time, time)) FROM events WHERE id IN (SELECT id FROM going)")
    _ = try events.step()
    forgotten.events = Int(events.integer(0))
    (forgotten.first, forgotten.last) = (events.optionalInteger(1), events.optionalInteger(2))
    forgotten.sessions = Int(try number("SELECT count(*) FROM sessions WHERE run IN (SELECT id FROM going_runs)"))
    forgotten.secrets = Int(try number("SELECT count(*) FROM going_secrets"))
    forgotten.sources = Int(try number("SELECT count(*) FROM emptied"))
    forgotten.values = Int(
      try number("SELECT count(*) FROM secrets WHERE value IS NOT NULL AND id IN (SELECT id FROM going_secrets)"))
  }

  private func delete() throws(StoreError) {
    try execute(
      """
      DELETE FROM sightings WHERE event IN (SELECT id FROM going);
      DELETE FROM observations WHERE event IN (SELECT id FROM going);
      DELETE FROM events WHERE id IN (SELECT id FROM going);
      DELETE FROM sessions WHERE run IN (SELECT id FROM going_runs);
      DELETE FROM runs WHERE id IN (SELECT id FROM going_runs);
      DELETE FROM secrets WHERE id IN (SELECT id FROM going_secrets);
      DELETE FROM unknown_lines WHERE source IN (SELECT id FROM emptied);
      DELETE FROM logs WHERE source IN (SELECT id FROM touched);
      DELETE FROM sources WHERE id IN (SELECT id FROM emptied);
      \(Schema.logsOfEvents) AND source IN (SELECT id FROM touched) GROUP BY 1, 2;
      DROP TABLE temp.going; DROP TABLE temp.going_runs; DROP TABLE temp.touched; DROP TABLE temp.emptied;
      DROP TABLE temp.going_secrets; DROP TABLE temp.cluster_runs; DROP TABLE temp.cluster_nodes;
      """)
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

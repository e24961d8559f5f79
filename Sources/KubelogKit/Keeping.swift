extension Kubelog {
  /// Looks through the store. Throws ``StoreError``; that it is damaged is a finding.
  public func check() throws(StoreError) -> StoreCheck {
    try Store.check(at: storePath, sealing: sealing, waiting: patience)
  }

  /// Makes the store's file as small as what it holds; gives its bytes before and after. Throws ``StoreError``.
  public func compact() throws(StoreError) -> (before: Int64, after: Int64) {
    try Store.compact(at: storePath, waiting: patience)
  }

  /// Drops all values of secrets from the store; ids and expiries stay. With `isDryRun` it only counts them.
  ///
  /// Throws ``StoreError``.
  public func forgetSecretValues(isDryRun: Bool = false) throws(StoreError) -> Forgotten {
    guard isDryRun else { return try Store.forgetValues(at: storePath, waiting: patience) }
    var forgotten = Forgotten()
    forgotten.values = try Store(reading: storePath, waiting: patience).valueCount()
    return forgotten
  }

  /// Forgets what had happened before a moment (microseconds since 1970 UTC), what belongs to a cluster, or what is both;
  /// with `isDryRun` it only counts it.
  ///
  /// A cluster goes by what `--cluster` called it, by its endpoint or by the hash of its CA, as in ``report(_:)``. Throws
  /// ``QueryError``, and ``ReportError`` where nothing is known of the cluster.
  public func forget(before: Int64?, cluster: String?, isDryRun: Bool = false) throws -> Forgotten {
    let scope = try cluster.map { try self.cluster($0) }
    return try Store.forget(
      Forgetting(before: before, cluster: scope), at: storePath, isDryRun: isDryRun, waiting: patience)
  }

  private func cluster(_ name: String) throws -> Forgetting.Cluster {
    let answers = try Answers(path: storePath, sealing: sealing, waiting: patience)
    let runs = try answers.answer(Answers.query("cluster-runs", text: Self.clusterRuns), ["name": .text(name)])
    let nodes = try answers.answer(Answers.query("cluster-nodes", text: Self.clusterNodes), ["name": .text(name)])
    let named = try answers.rows(
      sql: "SELECT 1 FROM logs WHERE cluster = :name UNION SELECT 1 FROM events WHERE cluster = :name LIMIT 1",
      ["name": .text(name)])
    guard !(runs.rows.isEmpty && nodes.rows.isEmpty && named.rows.isEmpty) else {
      throw ReportError.unknownCluster(name, known: try knownClusters(answers))
    }
    return Forgetting.Cluster(
      name: name,
      runs: runs.rows.compactMap { if case .integer(let run)? = $0.first { run } else { nil } },
      nodes: nodes.rows.compactMap { if case .text(let node)? = $0.first { node } else { nil } })
  }

  private func knownClusters(_ answers: borrowing Answers) throws -> [String] {
    let known = try answers.rows(
      sql: "SELECT cluster FROM logs UNION SELECT cluster FROM sessions UNION SELECT endpoint FROM sessions ORDER BY 1")
    return known.rows.compactMap { if case .text(let name)? = $0.first { name } else { nil } }
  }

  /// Runs of kubeadm that are about the cluster; one that `--cluster` gave to another is not.
  private static let clusterRuns = """
    -- parameter: name text -- the cluster
    -- uses: clusters
    -- answer
    SELECT told.run FROM told JOIN sessions ON sessions.run = told.run
    LEFT JOIN node_clusters ON node_clusters.node = told.node
    WHERE coalesce(sessions.cluster = :name, coalesce(told.cluster, node_clusters.cluster) = :name
      OR sessions.endpoint = :name OR sessions.ca_hashes ->> 0 = :name
      OR coalesce(told.cluster, node_clusters.cluster) IN (
        SELECT other.cluster FROM told AS other JOIN sessions AS its ON its.run = other.run
        WHERE its.endpoint = :name OR its.ca_hashes ->> 0 = :name))
    """

  /// Nodes whose runs of kubeadm are all about it.
  private static let clusterNodes = """
    -- parameter: name text -- the cluster
    -- uses: clusters
    -- answer
    SELECT node FROM node_clusters WHERE cluster = :name OR cluster IN (
      SELECT told.cluster FROM told JOIN sessions ON sessions.run = told.run
      WHERE sessions.endpoint = :name OR sessions.ca_hashes ->> 0 = :name)
    """
}

extension Kubelog {
  /// Saves what can be saved of a damaged store into a new one in its place. Throws ``StoreError``.
  public func recover() throws(StoreError) -> Recovered {
    try Store.recover(at: storePath, sealing: sealing, waiting: patience)
  }
}

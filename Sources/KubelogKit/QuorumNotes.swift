extension Kubelog {
  /// What is to be said about the answer of the query `quorum` for people, a sentence each: of each cluster's last row
  /// how its members stand and why that is not known, and what etcd itself said about its leader.
  ///
  /// Of `nodes` alone, where they are given. Throws ``QueryError``.
  public func notes(onQuorum table: ResultTable, nodes: Set<String>? = nil) throws(QueryError) -> [String] {
    var notes: [String] = []
    for row in table.rows where table.number("to", row) == nil {
      let cluster = table.text("cluster", row).map { "\(visible($0)): " } ?? ""
      let members = Int(table.number("members", row) ?? 0)
      let isExternal = table.number("_is_external", row) == 1
      let sentences = [
        note(onMembers: members, isExternal: isExternal),
        table.text("state", row) == "unknown"
          ? "whether the majority holds is not known, as not every member was seen Ready since it joined: "
            + "kubectl get nodes | kubelog ingest" : nil,
        table.text("_announced", row).map {
          "\(visible($0)): announced to etcd, which counts the vote, and not known to have joined"
        },
      ]
      notes += sentences.compactMap { $0.map { cluster + $0 } }
    }
    var (said, earlier) = ([String](), 0)
    let kinds: [String: Value] = ["kinds": .text(#"["etcd.leader.lost","etcd.leader.changed"]"#)]
    try each("timeline", kinds) { evidence, row in
      if let nodes, evidence.text("node", row).map({ !nodes.contains($0) }) ?? true { return }
      guard let message = evidence.text("message", row) else { return }
      let time = evidence.number("time", row).map { " at \(localTime(Int64($0), localZone))" } ?? ""
      let node = evidence.text("node", row).map { " on \(visible($0))" } ?? ""
      said.append("etcd\(node) said\(time): \(visible(message))")
      guard said.count > Self.mostSayings else { return }
      said.removeFirst()
      earlier += 1
    }
    if earlier > 0 { notes.append("etcd said so \(earlier) times before: kubelog timeline --kind etcd.leader") }
    return notes + said
  }

  /// The most sayings of etcd that are told; those before are counted.
  private static let mostSayings = 20

  private func note(onMembers members: Int, isExternal: Bool) -> String? {
    if isExternal { return "etcd is external: its own members and their majority are not known here" }
    if members == 1 { return "a single member has no redundancy: three stand the loss of one" }
    guard members.isMultiple(of: 2) else { return nil }
    return "\(members) members stand no more losses than \(members - 1): add one or remove one"
  }
}

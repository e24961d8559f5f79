internal import KubelogStore

/// The numbers of a finding's problem, node and cluster, -1 for none.
struct Names: Hashable {
  var problem, node, cluster: Int

  init(problem: Int, node: Int?, cluster: Int?) {
    (self.problem, self.node, self.cluster) = (problem, node ?? -1, cluster ?? -1)
  }

  /// Those of `finding` among `words`.
  init(_ finding: Finding, _ words: inout Words) {
    self.init(
      problem: words.number(of: finding.problem), node: finding.node.map { words.number(of: $0) },
      cluster: finding.cluster.map { words.number(of: $0) })
  }
}

/// Reads the rows of `queries/finding-places.sql`, of which there may be millions: what lines say is left out.
struct PlaceReader {
  private var problems = Words()
  private var nodes = Words()
  private var clusters = Words()
  private let id, problem, node, cluster, session, command, kind, time, last, isDated, source, byte, count: Int32

  init(_ columns: [Column]) {
    func place(_ name: String) -> Int32 {
      guard let place = columns.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("finding-places.sql has no column \(name)")
      }
      return Int32(place)
    }
    (id, problem, node, cluster) = (place("_id"), place("problem"), place("node"), place("cluster"))
    (session, command, kind) = (place("session"), place("command"), place("kind"))
    (time, last, isDated) = (place("time"), place("last_time"), place("is_dated"))
    (source, byte, count) = (place("source"), place("byte"), place("count"))
  }

  /// The finding that a row tells of.
  mutating func finding(_ row: borrowing Statement) -> (finding: Finding, names: Names) {
    let time = row.optionalInteger(time)
    let names = Names(
      problem: row.word(problem, in: &problems) ?? problems.number(of: ""), node: row.word(node, in: &nodes),
      cluster: row.word(cluster, in: &clusters))
    var finding = Finding(
      id: row.integer(id), problem: problems[names.problem],
      moment: Moment(
        time: time, isDated: row.integer(isDated) == 1 && time != nil, source: Int(row.integer(source)),
        byte: Int(row.integer(byte))))
    if names.node >= 0 { finding.node = nodes[names.node] }
    if names.cluster >= 0 { finding.cluster = clusters[names.cluster] }
    (finding.last, finding.count) = (row.optionalInteger(last), Int(row.integer(count)))
    (finding.session, finding.command) = (row.optionalText(session), row.optionalText(command))
    finding.kind = row.text(kind)
    return (finding, names)
  }
}

internal import KubelogStore

/// Where and when a finding stands, and how often: all that most findings are judged by.
struct FindingPlace {
  /// The event's number in the store.
  var id: Int64
  var moment: Moment
  /// When it was said last within its row, microseconds since 1970 UTC.
  var last: Int64?
  /// How often it was said.
  var count: Int

  /// From its first moment to its last, microseconds since 1970 UTC; nil for what is not dated.
  var span: (first: Int64, last: Int64)? {
    guard moment.isDated, let time = moment.time else { return nil }
    return (time, last ?? time)
  }
}

extension Finding {
  var place: FindingPlace { FindingPlace(id: id, moment: moment, last: last, count: count) }
}

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

/// Reads the rows of `queries/finding-places.sql`, of which there may be millions: texts are made where they are new only.
struct PlaceReader {
  private var words = Words()
  private let id, problem, node, cluster, time, last, timeSource, uncertainty, source, byte, count, run: Int32

  init(_ columns: [Column]) {
    func place(_ name: String) -> Int32 {
      guard let place = columns.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("finding-places.sql has no column \(name)")
      }
      return Int32(place)
    }
    (id, problem, node, cluster) = (place("_id"), place("problem"), place("node"), place("cluster"))
    (time, last, timeSource, uncertainty) = (
      place("time"), place("last_time"), place("_time_source"), place("_uncertainty")
    )
    (source, byte, count, run) = (place("source"), place("byte"), place("count"), place("_run"))
  }

  /// The place of the finding that a row tells of, what it is called, and whether it is in a run of kubeadm.
  mutating func place(_ row: borrowing Statement) -> (place: FindingPlace, names: Names, isOfRun: Bool) {
    let uncertainty = row.integer(uncertainty)
    // What is not known to two minutes counts as undated; then its latest moment.
    let isSure = row.integer(timeSource) < 5 && uncertainty <= 120_000_000
    let time = row.optionalInteger(time)
    let moment = Moment(
      time: isSure ? time : time.map { $0 + uncertainty }, isDated: isSure && time != nil,
      source: Int(row.integer(source)), byte: Int(row.integer(byte)))
    let names = Names(
      problem: row.word(problem, in: &words) ?? words.number(of: ""), node: row.word(node, in: &words),
      cluster: row.word(cluster, in: &words))
    return (
      FindingPlace(
        id: row.integer(id), moment: moment, last: row.optionalInteger(last), count: Int(row.integer(count))),
      names, row.optionalInteger(run) != nil
    )
  }

  /// The finding at a place.
  func finding(_ place: FindingPlace, _ names: Names) -> Finding {
    var finding = Finding(id: place.id, problem: words[names.problem], moment: place.moment)
    if names.node >= 0 { finding.node = words[names.node] }
    if names.cluster >= 0 { finding.cluster = words[names.cluster] }
    (finding.last, finding.count) = (place.last, place.count)
    return finding
  }
}

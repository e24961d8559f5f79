internal import KubelogParse

/// Asks of single findings whether they were normal, or are over.
struct Judge {
  /// How a finding stands by itself.
  enum Standing: Equatable {
    case open
    case benign(Problem.Benign)
    case ended(by: Mark)
  }

  /// How long after an install what belongs to its boot is still normal; microseconds.
  static let bootTime: Int64 = 300_000_000

  private let marks: Marks
  /// The moments at which the standing of a finding may change, in order.
  private let turns: [Int64]
  /// The inputs with marks that have no time.
  private let undated: Set<Int>

  init(_ marks: [Mark]) {
    undated = Self.undated(marks)
    turns = Self.turns(marks)
    self.marks = Marks(marks)
  }

  private static func undated(_ marks: [Mark]) -> Set<Int> {
    var sources: Set<Int> = []
    for mark in marks where !mark.moment.isDated { sources.insert(mark.moment.source) }
    return sources
  }

  private static func turns(_ marks: [Mark]) -> [Int64] {
    var turns: [Int64] = []
    for mark in marks {
      // What belongs to a boot is asked of runs that made the node only.
      let boot = mark.mark == "success" ? mark.moment.time.map { $0 + Self.bootTime } : nil
      for moment in [mark.began, mark.moment.time, boot] {
        // At a moment, before it and after it are three things.
        if let moment, turns.last != moment { turns += [moment - 1, moment] }
      }
    }
    turns.sort()
    var kept = 0
    for turn in turns where kept == 0 || turns[kept - 1] != turn {
      turns[kept] = turn
      kept += 1
    }
    turns.removeSubrange(kept...)
    return turns
  }

  /// Between which moments a finding lies at which the standing of any may change. Of two findings of one problem, node,
  /// cluster and input that lie between the same ones, both outside of runs, one stands as the other.
  ///
  /// Nil where its standing depends on its place in the input.
  func interval(of finding: Finding) -> Interval? {
    guard finding.moment.isDated, let begin = finding.moment.time, let end = finding.end.time,
      !undated.contains(finding.moment.source)
    else { return nil }
    return Interval(first: stretch(around: begin), last: stretch(around: end))
  }

  /// The moments among which a finding's first and last one may lie without its standing being another.
  struct Interval: Hashable {
    var first, last: ClosedRange<Int64>

    func holds(_ first: Int64, _ last: Int64) -> Bool { self.first.contains(first) && self.last.contains(last) }
  }

  /// From behind the last turn before `moment` to the next turn.
  private func stretch(around moment: Int64) -> ClosedRange<Int64> {
    let next = turn(moment)
    return (next == 0 ? .min : turns[next - 1] + 1)...(next == turns.count ? .max : turns[next])
  }

  /// How many turns lie before `moment`.
  private func turn(_ moment: Int64) -> Int {
    var (low, high) = (0, turns.count)
    while low < high {
      let middle = (low + high) / 2
      if turns[middle] < moment { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func standing(of finding: Finding, _ problem: Problem) -> Standing {
    if let benign = problem.benignWhen.first(where: { isNormal(finding, $0) }) { return .benign(benign) }
    let ends = (["success"] + problem.endedBy).compactMap { firstEnd($0, of: finding) }
    // The earliest of those that have a time.
    let dated = ends.filter(\.moment.isDated).min { $0.moment.time ?? 0 < $1.moment.time ?? 0 }
    return (dated ?? ends.first).map { .ended(by: $0) } ?? .open
  }

  /// How far the logs go that tell of a node, by input.
  func logEnd(source: Int, node: String?) -> Int64? {
    marks.first("log", .node(node)) { $0.moment.source == source }?.moment.time
  }

  private static let runs = ["success", "run"]

  private func isNormal(_ finding: Finding, _ benign: Problem.Benign) -> Bool {
    // What stopped a run was never normal.
    if finding.kind == "kubeadm.session.ended" || finding.kind == "kubeadm.preflight.error" { return false }
    switch benign {
    case .boot:
      guard finding.moment.isDated, let time = finding.moment.time, let node = finding.node else { return false }
      return marks.first("success", .node(node), from: time - Self.bootTime) { run in
        guard run.moment.isDated, let began = run.began, let end = run.moment.time else { return false }
        return began <= time && time <= end + Self.bootTime
      } != nil
    case .beforeCNI:
      let cluster = Marks.Thing.cluster(finding.cluster)
      guard Self.runs.contains(where: { marks.first($0, cluster) != nil }) else { return false }
      return !["network", "ready"].contains { marks.has($0, cluster, before: finding.moment) }
    case .beforeInit:
      return Self.runs.contains { name in
        firstHere(name, of: finding) { run in
          if finding.moment.isDated, run.moment.isDated, let began = run.began { return began > finding.end.time ?? 0 }
          return run.moment.isAfter(finding.end)
        } != nil
      }
    case .beforeJoins:
      return marks.first("success", .command("join"), from: Self.begin(of: finding)) {
        $0.cluster == finding.cluster && $0.moment.isAfter(finding.end)
      } != nil
    // Of all findings together.
    case .brief: return false
    }
  }

  /// The first mark of a name that ends a finding.
  private func firstEnd(_ name: String, of finding: Finding) -> Mark? {
    func ends(_ mark: Mark) -> Bool {
      // A run does not end what it warned of itself.
      guard mark.session == nil || mark.session != finding.session, mark.moment.isAfter(finding.end) else {
        return false
      }
      // An install makes the node anew; an upgrade only ends what stopped an upgrade.
      return name != "success" || mark.command?.hasPrefix("upgrade") != true || finding.command == mark.command
    }
    let here = firstHere(name, of: finding, where: ends)
    // An init that fails early does not tell its node.
    guard name == "success", finding.node == nil, finding.command == "init" else { return here }
    return [here, marks.first(name, .command("init"), from: Self.begin(of: finding), where: ends)].compactMap { $0 }
      .min { $0.moment.comesFirst($1.moment) }
  }

  /// The first mark of a name at the place of a finding, from its end on where both are dated, of which `holds` is true.
  private func firstHere(_ name: String, of finding: Finding, where holds: (Mark) -> Bool) -> Mark? {
    // One that does not say its node is of the other lines of its input.
    let places: [Marks.Thing] =
      finding.node == nil ? [.node(nil), .source(finding.moment.source)] : [.node(finding.node), .node(nil)]
    return places.compactMap { place in
      marks.first(name, place, from: Self.begin(of: finding)) { $0.isAtPlace(of: finding) && holds($0) }
    }.min { $0.moment.comesFirst($1.moment) }
  }

  /// From when on dated marks are looked at for a finding.
  private static func begin(of finding: Finding) -> Int64? { finding.moment.isDated ? finding.end.time : nil }
}

extension Mark {
  /// Whether it is of the node of a finding; one that does not say its node is of the other lines of its input.
  fileprivate func isAtPlace(of finding: Finding) -> Bool {
    guard cluster == nil || finding.cluster == nil || cluster == finding.cluster else { return false }
    if node == finding.node { return true }
    return (node == nil || finding.node == nil) && moment.source == finding.moment.source
  }
}

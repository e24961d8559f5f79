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

  private let marks: [String: [Mark]]
  /// The moments at which the standing of a finding may change, in order.
  private let turns: [Int64]
  /// The inputs with marks that have no time.
  private let undated: Set<Int>

  init(_ marks: [Mark]) {
    undated = Set(marks.filter { !$0.moment.isDated }.map(\.moment.source))
    // At a moment, before it and after it are three things.
    turns = Set(
      marks.flatMap { mark in
        // What belongs to a boot is asked of runs that made the node only.
        let boot = mark.mark == "success" ? mark.moment.time.map { $0 + Self.bootTime } : nil
        return [mark.began, mark.moment.time, boot].compactMap { $0 }.flatMap { [$0 - 1, $0] }
      }
    ).sorted()
    // Dated ones by time, then those that have none by the order of the input.
    self.marks = Dictionary(grouping: marks, by: \.mark).mapValues { marks in
      marks.sorted { left, right in
        guard left.moment.isDated == right.moment.isDated else { return left.moment.isDated }
        if left.moment.isDated { return left.moment.time ?? 0 < right.moment.time ?? 0 }
        return (left.moment.source, left.moment.byte) < (right.moment.source, right.moment.byte)
      }
    }
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
    marks["log"]?.first { $0.moment.source == source && $0.node == node }?.moment.time
  }

  private var runs: [Mark] { (marks["success"] ?? []) + (marks["run"] ?? []) }

  private func isNormal(_ finding: Finding, _ benign: Problem.Benign) -> Bool {
    // What stopped a run was never normal.
    if finding.kind == "kubeadm.session.ended" || finding.kind == "kubeadm.preflight.error" { return false }
    switch benign {
    case .boot:
      guard finding.moment.isDated, let time = finding.moment.time, let node = finding.node else { return false }
      return (marks["success"] ?? []).contains { run in
        guard run.node == node, run.moment.isDated, let began = run.began, let end = run.moment.time else {
          return false
        }
        return began <= time && time <= end + Self.bootTime
      }
    case .beforeCNI:
      guard runs.contains(where: { $0.cluster == finding.cluster }) else { return false }
      return !((marks["network"] ?? []) + (marks["ready"] ?? [])).contains {
        $0.cluster == finding.cluster && finding.moment.isAfter($0.moment)
      }
    case .beforeInit:
      return runs.contains { run in
        guard run.isAtPlace(of: finding) else { return false }
        if finding.moment.isDated, run.moment.isDated, let began = run.began { return began > finding.end.time ?? 0 }
        return run.moment.isAfter(finding.end)
      }
    case .beforeJoins:
      return (marks["success"] ?? []).contains {
        $0.command == "join" && $0.cluster == finding.cluster && $0.moment.isAfter(finding.end)
      }
    // Of all findings together.
    case .brief: return false
    }
  }

  /// The first mark of a name that ends a finding.
  private func firstEnd(_ name: String, of finding: Finding) -> Mark? {
    guard let all = marks[name] else { return nil }
    let end = finding.end
    var (low, high) = (0, all.count)
    if end.isDated, let time = end.time {
      while low < high {
        let middle = (low + high) / 2
        if all[middle].moment.isDated, all[middle].moment.time ?? 0 < time { low = middle + 1 } else { high = middle }
      }
    }
    return all[low...].first { mark in
      // A run does not end what it warned of itself.
      guard mark.session == nil || mark.session != finding.session, mark.moment.isAfter(end) else { return false }
      // An install makes the node anew; an upgrade only ends what stopped an upgrade.
      if name == "success", mark.command?.hasPrefix("upgrade") == true, finding.command != mark.command { return false }
      // An init that fails early does not tell its node.
      return mark.isAtPlace(of: finding)
        || (finding.node == nil && finding.command == "init" && mark.command == "init")
    }
  }
}

extension Mark {
  /// Whether it is of the node of a finding; one that does not say its node is of the other lines of its input.
  fileprivate func isAtPlace(of finding: Finding) -> Bool {
    guard cluster == nil || finding.cluster == nil || cluster == finding.cluster else { return false }
    if node == finding.node { return true }
    return (node == nil || finding.node == nil) && moment.source == finding.moment.source
  }
}
